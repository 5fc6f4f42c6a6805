"""Contexts without unreachable globals behave like others."""

from __future__ import annotations

import pytest
import quickjs

from localfront.cloudfront_functions.engine import run
from localfront.cloudfront_functions.fresh_contexts import fresh_context, kind_for
from localfront.cloudfront_functions.script import read_script
from localfront.cloudfront_functions.syntax import RUNTIME_1, RUNTIME_2
from tests.localfront.cloudfront_functions.running import NOW, sample

PLAIN = "function handler(event) { event.request.uri += '/index.html'; return event.request; }"
# Calls every reachable function without a `this`, as a strict script can.
GIVEN_AWAY = """
const seen = new Set(), waiting = [globalThis], found = [];
const follow = (value) => {
  if (value === globalThis && seen.size > 1) return true;
  if (value !== null && (typeof value === "object" || typeof value === "function")) waiting.push(value);
  return false;
};
while (waiting.length) {
  const on = waiting.pop();
  if (seen.has(on)) continue;
  seen.add(on);
  follow(Object.getPrototypeOf(on));
  for (const key of Reflect.ownKeys(on)) {
    const { value, get, set } = Object.getOwnPropertyDescriptor(on, key);
    if (follow(value) && key !== "globalThis") found.push(String(key));
    for (const f of [value, get, set]) {
      if (typeof f !== "function") continue;
      waiting.push(f);
      try { if (f() === globalThis) found.push(String(key)); } catch {}
    }
  }
}
seen.size > 500 ? found.join() : "too few were looked at"
"""


def test_a_plain_scripts_context_lacks_the_globals_that_it_cannot_reach() -> None:
    assert kind_for(PLAIN, RUNTIME_2) == ()


@pytest.mark.parametrize(
    "code",
    [
        "new Date()",
        "typeof Map",
        "globalThis['Da' + 'te']",
        "(() => this)()",
        "`${this}`",
        r"D\u0061te.now()",
        r"D\u{61}te.now()",
        "Function.prototype",
        "(0, eval)",
        "Reflect",
        "require('querystring')",
        "Buffer",
    ],
)
def test_a_script_that_may_reach_other_globals_has_all_of_them(code: str) -> None:
    assert "globals" in kind_for(f"{PLAIN}{code};", RUNTIME_2)


def test_runtime_1_has_all_globals() -> None:
    assert "globals" in kind_for(PLAIN, RUNTIME_1)


def test_no_engine_function_exposes_the_global_object_to_strict_code() -> None:
    assert quickjs.Context().eval(f'"use strict";{GIVEN_AWAY}') == ""


@pytest.mark.parametrize(
    "code",
    [
        PLAIN,
        sample("index_pages"),
        "function handler(e) { return e.constructor.constructor('return 1')(); }",
        "function handler(e) { return (async () => 1).constructor('return 1')(); }",
        "function handler(e) { const f = e['toString']; return f(); }",
        "function handler(e) { return Object.keys(e.constructor.prototype).join(); }",
        "function handler() { console.log('a'); return require('fs'); }",
        "function handler(e) { return e.request.rawQueryString() + typeof nothing; }",
        "async function handler() { await null; throw new RangeError('no'); }",
    ],
)
def test_both_contexts_give_the_same_result(code: str) -> None:
    script = read_script(code.encode(), name="visitors", newer=True)
    event = '{"request": {"uri": "/a", "headers": {}, "querystring": {}, "cookies": {}}}'

    plain, whole = (
        run(script, event, now=NOW, store=None, fresh=fresh_context(kind))
        for kind in ((), ("globals",))
    )

    assert (plain.result, plain.error, plain.logs) == (whole.result, whole.error, whole.logs)
