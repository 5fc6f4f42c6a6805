"""The contents of an error page, from the response's explanation and the request's trace.

Secrets are masked as in the inspector; long texts are truncated.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from localfront.error_pages.failing_line import SourceExcerpt
from localfront.exchange.explanation import Explanation
from localfront.exchange.request_trace import Step, Trace, printable, printable_lines
from localfront.http_messages.messages import Request
from localfront.inspector.masking import Masking
from localfront.responses.viewer_responses import MAX_DETAIL, MAX_MESSAGE, cut, reason_phrase

MASKED = Masking()
WITHHELD = (
    "What the function printed and returned, and its source, are withheld from scripts of other sites: "
    "localfront's own log has them."
)
MAX_VALUE = 500  # characters of a header
MAX_SENT = 6_000  # characters of all headers of a request
FindSource = Callable[[str, str], SourceExcerpt | None]  # an ARN; a traceback's line


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    """An item of the checklist: a documented behavior, and AWS's page."""

    id: str
    text: str
    documentation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The contents of an error page. Texts are not escaped yet; an empty one is left out.

    `sent` is the viewer's request, line by line; `function` the one that failed, such as
    `viewer-request guard:7`, and `returned` its result as JSON. `inspector` links to the request
    there, without the key that is needed to see it.
    """

    status: int
    phrase: str
    message: str
    rule: ChecklistItem | None
    aws_text: str
    request_id: str
    sent: tuple[str, ...]
    function: str = ""
    source: SourceExcerpt | None = None
    detail: str = ""
    log: tuple[str, ...] = ()
    returned: str = ""
    inspector: str = ""

    def sections(self) -> Iterator[tuple[str, Sequence[str]]]:
        """Titles and lines of preformatted sections, for HTML and text."""
        for title, lines in (
            ("Traceback", self.detail.splitlines()),
            ("What it printed", self.log),
            (f"What {self.function} returned", self.returned.splitlines()),
            ("What was sent", self.sent),
        ):
            if lines:
                yield title, lines

    def for_other_sites(self) -> Facts:
        """The contents without the function's data and the inspector's address, with a note."""
        shorter = replace(self, inspector="")
        if not (self.source or self.detail or self.log or self.returned):
            return shorter
        message = f"{self.message} {WITHHELD}"
        return replace(shorter, message=message, source=None, detail="", log=(), returned="")


def facts_of(
    status: int,
    explanation: Explanation,
    request: Request,
    trace: Trace,
    *,
    find_source: FindSource,
    inspector: str,
) -> Facts:
    failed = _failed(trace, explanation)
    arn = str((failed.kept.get("ran") or ("",))[0]) if failed else ""
    returned = (failed.kept.get("returned") or {}) if failed else {}
    return Facts(
        status=status,
        phrase=reason_phrase(status),
        message=printable_lines(cut(explanation.message, MAX_MESSAGE)),
        rule=rule_of(explanation.rule),
        aws_text=explanation.aws_text,
        request_id=trace.request_id,
        sent=_sent(request),
        function=_named(failed, arn) if failed else "",
        source=find_source(arn, explanation.detail) if failed and explanation.detail else None,
        detail=printable_lines(cut(explanation.detail, MAX_DETAIL)),
        log=_log(failed.kept.get("lines") or ()) if failed else (),
        returned=_json(returned["result"]) if "result" in returned else "",
        inspector=f"{inspector}#request={trace.request_id}" if inspector else "",
    )


def rule_of(rule_id: str) -> ChecklistItem | None:
    """The checklist's item; None if there is no id."""
    if not rule_id:
        return None
    text, page = _rules().get(rule_id, ("", ""))
    return ChecklistItem(id=printable(rule_id), text=text, documentation=page)


@cache
def _rules() -> Mapping[str, tuple[str, str]]:
    """The inspector's list of rules, generated from the checklist."""
    file = files("localfront.inspector").joinpath("page", "rules.json")
    return {name: (text, page) for name, (text, page) in json.loads(file.read_text()).items()}


def _failed(trace: Trace, explanation: Explanation) -> Step | None:
    """The failed function's step in the trace: the last one that failed by this rule."""
    for step in reversed(trace.steps):
        reason = step.kept.get("failed")
        if "ran" in step.kept and reason is not None and reason.rule == explanation.rule:
            return step
    return None


def _named(step: Step, arn: str) -> str:
    name = arn.rpartition(":function:")[2] if ":lambda:" in arn else arn.rpartition("/")[2]
    return printable(f"{step.name} {name}")


def _sent(request: Request) -> tuple[str, ...]:
    line = f"{request.method} {MASKED.text(request.target)} HTTP/{request.http_version}"
    lines = [printable(line, limit=MAX_MESSAGE)]
    size = len(lines[0])
    for name, value in request.headers.lines:
        lines.append(printable(f"{name}: {MASKED.header(name, value)}", limit=MAX_VALUE))
        size += len(lines[-1])
        if size > MAX_SENT:
            return (*lines, "…")
    return tuple(lines)


def _log(lines: Sequence[str]) -> tuple[str, ...]:
    printed: list[str] = []
    size = 0
    for line in lines:
        text = MASKED.line(line).replace("\t", "  ").replace("\xa0", " ")  # by awslambdaric
        printed.append(printable(text, limit=MAX_MESSAGE))
        size += len(printed[-1])
        if size > MAX_DETAIL:
            break
    return tuple(printed)


def _json(result: Any) -> str:
    try:
        text = json.dumps(MASKED.json(result), indent=2, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        return "(contains itself)"
    return printable_lines(cut(text, MAX_DETAIL))
