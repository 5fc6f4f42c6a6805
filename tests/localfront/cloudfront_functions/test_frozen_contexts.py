"""Frozen contexts: no run leaves state to the next, and each behaves as in a fresh context.

`running.run_code` compares the two for every script that the other tests run.
"""

from __future__ import annotations

import json

import pytest
import quickjs

from localfront.cloudfront_functions.engine import run
from localfront.cloudfront_functions.frozen_contexts import (
    MOST,
    FrozenContext,
    FrozenContexts,
    frozen_context,
)
from localfront.cloudfront_functions.quotas import MAX_LOG_BYTES, MEMORY_BYTES
from localfront.cloudfront_functions.runs import NO_FACTS, RunResult
from localfront.cloudfront_functions.script import read_script
from localfront.cloudfront_functions.syntax import RUNTIME_1, RUNTIME_2
from tests.localfront.cloudfront_functions.running import NOW, sample

# Every built-in property with a setter: it must store the value in the object and nowhere else.
SETTERS = """
(() => {
  const seen = new Set([globalThis]), found = new Set();
  const reach = (value) => Object(value) === value && seen.add(value);
  for (const on of seen) {
    reach(Object.getPrototypeOf(on));
    for (const key of Reflect.ownKeys(on)) {
      const { value, get, set } = Object.getOwnPropertyDescriptor(on, key);
      [value, get, set].forEach(reach);
      if (set) found.add(String(key));
    }
  }
  return JSON.stringify([...found]);
})()
"""


def script_of(code: str, runtime: str = RUNTIME_2) -> str:
    return read_script(code.encode(), name="visitors", runtime=runtime, newer=True)


def frozen(code: str, runtime: str = RUNTIME_2) -> FrozenContext:
    made = frozen_context(script_of(code, runtime), runtime)
    assert made is not None
    return made


def ran(context: FrozenContext, event: object = None) -> RunResult | None:
    return context.run(json.dumps(event or {}), now=NOW, facts=NO_FACTS)


def returned(context: FrozenContext, event: object = None) -> object:
    outcome = ran(context, event)
    assert outcome is not None
    assert outcome.result is not None
    return json.loads(outcome.result)


def handler(body: str) -> str:
    return f"function handler(event) {{ {body} }}"


@pytest.mark.proves("FN-016")
@pytest.mark.parametrize(
    "on",
    [
        "Object.prototype", "Array.prototype", "Function.prototype", "Error", "TypeError.prototype",
        "JSON", "Math.random", "console", "console.log", "require", "Date", "new Date().__proto__",
        "require('buffer')", "Buffer", "Buffer.from('a').__proto__", "require('querystring')",
        "require('crypto').createHash", "new TextEncoder().__proto__", "Uint8Array.__proto__",
        "Number(1).__proto__", "'a'.__proto__", "true.__proto__", "Symbol().__proto__", "1n.__proto__",
        "/a/.__proto__", "[].values().__proto__", "[].values().__proto__.__proto__",
        "''[Symbol.iterator]().__proto__", "''.matchAll(/a/g).__proto__",
        "[].values().map(String).__proto__", "(function* () {}).__proto__",
        "[].values().constructor", "[].values().constructor.concat",
        "(function* () {}).__proto__.prototype", "(() => 1).constructor",
        "new Error('').__proto__", "new DataView(new ArrayBuffer(1)).__proto__",
        "event.__proto__", "event.rawQueryString.__proto__",
        "Object.entries({}).entries().__proto__", "handler.__proto__", "atob", "parseInt",
        "(function () { return arguments; })()[Symbol.iterator]",
    ],
)  # fmt: skip
def test_a_run_that_would_leave_state_is_repeated_in_a_fresh_context(on: str) -> None:
    """In strict code it throws, which ends the run unless errors are caught."""
    context = frozen(
        handler(f"({on}).left = 1; return 1;").replace("event.raw", "event.request.raw")
    )

    assert ran(context, {"request": {}}) is None


@pytest.mark.proves("FN-016")
@pytest.mark.parametrize(
    "change",
    [
        "Array.prototype.map = 1;",
        "delete Array.prototype.map;",
        "Object.defineProperty(Array.prototype, 'a', { value: 1 });",
        "Object.setPrototypeOf(Math, {});",
        "Object.assign(Math, { a: 1 });",
        "Array.prototype.push(1);",
        "Array.prototype.push.call(Math, 1);",
        "Object.prototype.__defineGetter__('a', () => 1);",
        "Object.prototype.__proto__ = {};",
        "Math = 1;",
        "console.log = () => 1;",
        "Error['st' + 'ackTraceLimit'] = 1;",
        "Error['prepareSt' + 'ackTrace'] = () => 1;",
        "console.log({ toJSON() { Math.left = 1; } });",
        "Array['fromA' + 'sync']([]);",
        "Object['isFro' + 'zen']({});",
        "Object.isSealed({});",
        "Object.isExtensible({});",
        "Object.getOwnPropertyDescriptor(Math, 'PI');",
        "Object.getOwnPropertyDescriptors(Math);",
        "event.toString = () => '';",
    ],
)
@pytest.mark.parametrize("where", ["top", "handler"])
def test_a_run_that_would_differ_in_a_fresh_context_is_repeated_in_one(
    change: str, where: str
) -> None:
    code = handler("return 1;")
    code = (
        change.replace("event", "({})") + code if where == "top" else handler(f"{change} return 1;")
    )

    assert ran(frozen(code)) is None


@pytest.mark.parametrize(
    "code",
    [
        "try { Math.left = 1; } catch (e) { }",
        "async function f() { Math.left = 1; }",
        "new Promise(() => { Math.left = 1; });",
        "import('fs');",
        "typeof globalThis.handler;",
        "typeof this;",
        "new Error('').stack;",
        r"n\u0061me;",
        "var Date;",
        "var a = 1,\n/* or */ Math;",
        "if (0) { var console = 1; }",
        "for (var Buffer in {}) ;",
        "function atob() {}",
        "var NaN;",
        "var undefined = 1;",
        "require('cloudfront');",
    ],
)
def test_a_script_that_could_observe_reuse_gets_fresh_contexts(code: str) -> None:
    assert frozen_context(script_of(code + handler("return 1;")), RUNTIME_2) is None


@pytest.mark.proves("FN-016")
def test_a_scripts_declarations_are_evaluated_again_at_each_run() -> None:
    context = frozen(
        "let a = 0; var b = 0; const c = []; function f() {} const t = s => s;"
        + handler(
            "f.n = (f.n || 0) + 1; c.push(1); return [++a, ++b, c.length, f.n, t.n = (t.n || 0) + 1];"
        )
    )

    assert [returned(context) for _ in range(3)] == [[1, 1, 1, 1, 1]] * 3


def test_each_run_has_its_own_log_with_the_full_limit() -> None:
    context = frozen(
        handler(f"console.log('a'.repeat({MAX_LOG_BYTES - 1})); console.log(event); return 1;")
    )

    for number in range(3):
        outcome = ran(context, number)
        assert outcome is not None
        assert outcome.logs == ("a" * (MAX_LOG_BYTES - 1), str(number or "{")[:1])


def test_each_run_has_its_own_facts_and_time() -> None:
    context = frozen(handler("return [event.request.rawQueryString(), Date.now()];"))

    for raw, now in (("a=1", 1), ("b=2", 2)):
        facts = json.dumps({"raw": raw, "edge": {}})
        outcome = context.run('{"request": {}}', now=now, facts=facts)
        assert outcome is not None
        assert outcome.result == json.dumps([raw, now], separators=(",", ":"))


def test_garbage_is_collected_between_runs() -> None:
    context = frozen(handler("const a = { b: 'x'.repeat(1e4) }; a.a = a; return 1;"))

    assert [returned(context) for _ in range(1000)] == [1] * 1000
    assert context.equipped.context.memory()["memory_used_size"] < MEMORY_BYTES


@pytest.mark.parametrize(
    "body",
    ["for (;;);", "return 'x'.repeat(2 ** 28);", "throw 1;", "const a = {}; a.a = a; return a;"],
)
def test_a_failed_run_is_repeated_in_a_fresh_context(body: str) -> None:
    assert ran(frozen(handler(body))) is None


@pytest.mark.parametrize(
    ("body", "own"),
    [
        ("throw new Error(event.message);", True),
        ("return event.request.headers.host.value;", True),  # a TypeError
        ("throw 1;", True),
        ("throw {toString() { return 'an object'; }};", True),
        ("nowhere();", True),
        ("Math.random = 1; return 1;", False),
        ("Array.prototype.own = 1; throw new Error('another');", False),
        ("if (Math.kept) throw new Error('kept'); Math.kept = 1; return 1;", False),
        ("const a = {}; a.a = a; console.log(a); throw new Error('swallowed');", False),
        ("const grow = (n) => grow(n + 1) + 1; return grow(0);", False),
        ("return 'x'.repeat(2 ** 28);", False),
        ("for (;;);", False),
    ],
)
def test_a_scripts_own_error_is_distinguished_from_one_of_a_frozen_context(
    body: str, own: bool
) -> None:
    code, event = handler(body), {"message": "as told"}
    context = frozen(code)
    assert ran(context, event) is None
    again = run(
        script_of(code),
        json.dumps(event),
        now=NOW,
        store=None,
        runtime=RUNTIME_2,
        facts=NO_FACTS,
    )

    assert context.threw(again) is own


def test_a_run_that_threw_leaves_no_state() -> None:
    code = "let seen = 0;\n" + handler(
        "seen += 1; const list = [3, 1]; list.sort((a, b) => { seen += 1; if (event.bad) throw event; "
        "return a - b; }); console.log('seen'); return [seen, list];"
    )
    context = frozen(code)
    expected = returned(context)
    for _ in range(3):
        assert ran(context, {"bad": True}) is None

    outcome = ran(context)
    assert outcome is not None
    assert (json.loads(outcome.result or ""), outcome.logs) == (expected, ("seen",))


def test_no_unlisted_property_has_effects_outside_of_its_object() -> None:
    assert set(json.loads(quickjs.Context().eval(SETTERS))) == {
        *("__proto__", "arguments", "caller", "stack"),  # set the object's own, or throw
        *("constructor", "Symbol(Symbol.toStringTag)"),  # Iterator.prototype's: likewise
        *("stackTraceLimit", "prepareStackTrace"),  # do; see frozen.js
    }


@pytest.mark.parametrize(
    "name", ["index_pages", "redirect_by_country", "security_headers", "sorted_query"]
)
def test_typical_functions_run_in_a_frozen_context(name: str) -> None:
    """This only affects speed, which no other test would notice."""
    assert frozen_context(script_of(sample(name)), RUNTIME_2) is not None


def test_runtime_1_has_frozen_contexts_too() -> None:
    context = frozen(handler("return String.bytesFrom('YQ', 'base64').toString('hex');"), RUNTIME_1)

    assert returned(context) == "61"


def test_the_oldest_frozen_contexts_are_dropped_first() -> None:
    contexts = FrozenContexts()
    scripts = [script_of(handler(f"return {number};")) for number in range(MOST + 1)]
    for script in scripts:
        contexts.make(script, RUNTIME_2)

    assert [contexts.find(script, RUNTIME_2) is None for script in scripts] == [True] + [
        False
    ] * MOST


def test_a_dropped_script_gets_no_new_frozen_context() -> None:
    contexts, script = FrozenContexts(), script_of(handler("return 1;"))
    contexts.make(script, RUNTIME_2)
    contexts.drop(script, RUNTIME_2)
    contexts.make(script, RUNTIME_2)

    assert contexts.find(script, RUNTIME_2) is None
