"""An error page for browsers: no scripts, no external resources, everything escaped.

Its Content-Security-Policy allows only its own style, and is in the page, as the headers are AWS's.

Source: "Content Security Policy Level 3", 6.6.2.3 (hashes of inline styles); HTML, "The http-equiv
attribute" (a policy in `meta`).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from html import escape

from localfront.error_pages.facts import ChecklistItem, Facts
from localfront.error_pages.failing_line import SourceExcerpt

STYLE = """
:root { color-scheme: light dark; --ink: light-dark(#1d2430, #dfe5ee); --dim: light-dark(#5a6475, #97a3b6);
  --paper: light-dark(#fff, #12161d); --panel: light-dark(#f3f5f8, #1b212b); --line: light-dark(#d5dae2, #323b49);
  --fault: light-dark(#b3261e, #ff8f86); --marked: light-dark(#fde7e5, #4a2422); --link: light-dark(#0b57d0, #8ab8ff); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 3rem; }
h1 { margin: 0 0 .5rem; font-size: 1.75rem; color: var(--fault); }
h2 { margin: 2rem 0 .5rem; font-size: 1rem; }
p { margin: .5rem 0; overflow-wrap: anywhere; }
.reason { font-size: 1.2rem; }
.dim, footer { color: var(--dim); }
a { color: var(--link); }
pre { margin: 0; padding: .75rem 1rem; overflow-x: auto; background: var(--panel); border: 1px solid var(--line);
  border-radius: 6px; font: 13px/1.55 ui-monospace, monospace; tab-size: 4; }
pre mark { display: inline-block; min-width: 100%; background: var(--marked); color: inherit; }
footer { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: .875rem; overflow-wrap: anywhere; }
"""
DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{DIGEST}'; base-uri 'none'; form-action 'none'"


def as_html(facts: Facts) -> str:
    title = escape(f"{facts.status} {facts.phrase}")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head>\n<body><main>\n"
        f"<h1>{title}</h1>\n" + "\n".join(_parts(facts)) + "\n</main></body></html>\n"
    )


def _parts(facts: Facts) -> Iterator[str]:
    yield f'<p class="reason">{escape(facts.message)}</p>'
    if facts.rule:
        yield _rule(facts.rule)
    if facts.aws_text:
        yield f'<p class="dim">CloudFront says: {escape(facts.aws_text)}</p>'
    if facts.source:
        yield _headed(f"{facts.source.file}, line {facts.source.failing}")
        yield _source(facts.source)
    for title, lines in facts.sections():
        yield _headed(title)
        yield _preformatted(map(escape, lines))
    yield f"<footer>{_footer(facts)}</footer>"


def _rule(rule: ChecklistItem) -> str:
    text = f"Rule <code>{escape(rule.id)}</code>"
    if rule.documentation:
        text = f'<a href="{escape(rule.documentation)}" rel="noreferrer">{text}</a>'
    return f"<p>{text}: {escape(rule.text)}</p>" if rule.text else f"<p>{text}</p>"


def _source(source: SourceExcerpt) -> str:
    return _preformatted(
        f"<mark>{line}</mark>" if number == source.failing else line
        for number, line in (
            (number, f"{number:>5}  {escape(text)}")
            for number, text in enumerate(source.lines, source.first)
        )
    )


def _headed(title: str) -> str:
    return f"<h2>{escape(title)}</h2>"


def _preformatted(lines: Iterable[str]) -> str:
    """A preformatted block; focusable, so that it can be scrolled by keyboard."""
    return f'<pre tabindex="0">{chr(10).join(lines)}</pre>'


def _footer(facts: Facts) -> str:
    text = f"Sent by localfront, which emulates CloudFront. Request id {escape(facts.request_id)}"
    if not facts.inspector:
        return text
    link = f'<a href="{escape(facts.inspector)}" target="_blank" rel="noreferrer">This request in the inspector</a>'
    return f"{text} · {link} (press <kbd>i</kbd> in localfront's terminal if it asks for a key)"
