"""Malicious functions, in the engine itself."""

from __future__ import annotations

import pytest

from localfront.cloudfront_functions.quotas import STOP_AFTER
from tests.localfront.cloudfront_functions.running import a_store, failure, returned, run_code

TOO_LONG = "it ran too long; on CloudFront less than 1 ms is allowed"
TOO_MUCH = "it used more than the 2 MB of memory that CloudFront allows"
NO_ROOM_FOR_AN_ERROR = "it threw null, or took so much memory that none was left for an error"
TOO_LONG_A_STRING = "InternalError: string too long"


def handler(body: str) -> str:
    return f"function handler(event) {{ {body} }}"


@pytest.fixture
def stopped_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fifth of the usual time limit: each attack uses all of it, twice."""
    for engine in ("engine", "frozen_contexts"):
        name = f"localfront.cloudfront_functions.{engine}.STOP_AFTER"
        monkeypatch.setattr(name, STOP_AFTER / 5)


@pytest.mark.proves("FN-013", "FN-015")
@pytest.mark.parametrize(
    "code",
    [
        pytest.param(handler("while (true);"), id="loop"),
        pytest.param("while (true);", id="loop at the top"),
        pytest.param(
            handler("return /(a+)+$/.test('a'.repeat(60) + 'b');"), id="regex"
        ),
        pytest.param(handler("try { while (true); } finally { for (;;); }"), id="finally"),
        pytest.param("async function handler() { for (;;) await 1; }", id="jobs for ever"),
        pytest.param(handler("return { get uri() { for (;;); } };"), id="getter"),
        pytest.param(handler("return { toJSON() { for (;;); } };"), id="toJSON"),
        pytest.param(handler("throw { get stack() { for (;;); } };"), id="stack"),
        pytest.param(handler("return { then(go) { for (;;); } };")
                     .replace("function", "async function"), id="then"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("stopped_soon")
def test_an_endless_loop_is_stopped(code: str) -> None:
    assert failure(code) == TOO_LONG


@pytest.mark.proves("FN-015")
@pytest.mark.parametrize(
    "body",
    [
        "const all = []; for (;;) all.push('x'.repeat(1e4) + all.length);",
        "return 'x'.repeat(2 ** 28);",
        "let s = 'x'; for (;;) s += s + '';",
        "return new Uint8Array(3e6);",
        "const all = []; for (let i = 0; ; i++) all.push({ i });",
        "for (let i = 0; ; i++) globalThis['name' + i] = i;",
        "for (;;) console.log = [console.log, 'x'.repeat(1e5) + Math.random()];",
        "return JSON.parse('[' + '[1],'.repeat(60000) + '1]');",
    ],
)
def test_memory_is_bounded(body: str) -> None:
    assert failure(handler(body)) in (TOO_MUCH, NO_ROOM_FOR_AN_ERROR, TOO_LONG_A_STRING)


@pytest.mark.parametrize(
    "body",
    [
        "(function f() { f(); })();",
        "const o = { get a() { return this.a; } }; return o.a;",
        "let a = []; for (let i = 0; i < 1e4; i++) a = [a]; return JSON.stringify(a);",
        "return [1, 2].sort(function f() { return [1, 2].sort(f); });",
    ],
)
def test_recursion_is_bounded(body: str) -> None:
    assert "call stack" in failure(handler(body))


POLLUTION = """
Object.prototype.polluted = "yes";
Array.prototype.push = () => "yes";
JSON.stringify = () => '"mine"';
JSON.parse = () => "mine";
Promise.prototype.then = () => "mine";
String.prototype.slice = () => "mine";
globalThis.left = "behind";
Math.random.left = "behind";
const top_ = 1;
function handler() { return { left: "behind" }; }
"""


@pytest.mark.proves("FN-016")
def test_no_state_is_left_for_the_next_run() -> None:
    run_code(POLLUTION)

    look = handler("return [{}.polluted, typeof left, Math.random.left, typeof top_];")
    assert returned(run_code(look)) == [None, "undefined", None, "undefined"]


def test_a_function_that_breaks_built_ins_affects_only_itself() -> None:
    assert returned(run_code(POLLUTION)) == {"left": "behind"}


@pytest.mark.proves("FN-013")
@pytest.mark.parametrize(
    "thrown",
    ["null", "undefined", "Symbol('s')", "''", "0", "{}", "[]", "() => 1", "NaN",
     "{ toString() { throw 1; } }", "{ get message() { throw 1; } }",
     "Object.create(null)", "{ stack: { toString() { throw 1; } } }",
     "Object.assign(new Error(), { message: {} })", "'x'.repeat(5e5)"],
)  # fmt: skip
@pytest.mark.parametrize("place", ["top", "handler", "promise"])
def test_any_thrown_value_is_a_failure_with_a_message(thrown: str, place: str) -> None:
    code = {
        "top": f"throw ({thrown});",
        "handler": handler(f"throw ({thrown});"),
        "promise": f"async function handler() {{ throw ({thrown}); }}",
    }[place]

    outcome = run_code(code)

    assert outcome.result is None
    assert len(outcome.error) <= 2000


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("undefined", None),
        ("() => 1", None),
        ("Symbol('s')", None),
        ("NaN", None),
        ("{ a: undefined, b: () => 1 }", {}),
        ("new Date(0)", "1970-01-01T00:00:00.000Z"),
        ("JSON.parse('{\"__proto__\": 1}')", {"__proto__": 1}),
    ],
)
def test_a_result_is_serialized_as_json(value: str, expected: object) -> None:
    assert returned(run_code(handler(f"return {value};"))) == expected


@pytest.mark.parametrize("before", ["", "await 1; "])
def test_a_circular_result_is_a_failure_without_a_line_number(before: str) -> None:
    outcome = run_code("async " + handler(f"{before}const a = {{}}; a.a = a; return a;"))

    assert (outcome.error, outcome.stack) == ("TypeError: circular reference", "")


def test_a_result_that_throws_during_serialization_is_a_failure_at_its_line() -> None:
    outcome = run_code(handler("\nreturn { toJSON() {\nthrow new Error('no'); } };"))

    assert outcome.error == "Error: no"
    assert outcome.stack.startswith("    at toJSON (<input>:3")
    assert "stringify" not in outcome.stack


def test_a_stack_trace_continues_past_a_function_named_like_the_hosts() -> None:
    code = "function run() { throw new Error('no'); }\n" + handler("JSON.stringify(1); run();")

    assert "at handler (<input>:2" in run_code(code).stack


@pytest.mark.parametrize("value", ["Symbol()", "'a'.repeat(1e4) + 'b'.repeat(1e4)", "10n", "{}"])
def test_a_handler_that_is_no_function_is_a_failure(value: str) -> None:
    assert failure(f"var handler = {value};") == (
        "ReferenceError: there is no function named handler"
    )


@pytest.mark.parametrize("on", ["Array", "Object", "String"])
@pytest.mark.parametrize("made", ["undefined", "1", "[1]", "{ get: 'b' }", "'a'"])
def test_a_script_cannot_change_how_the_host_serializes_objects(on: str, made: str) -> None:
    code = (
        f"const cf = require('cloudfront');\n"
        f"async function handler() {{\n"
        f"  {on}.prototype.toJSON = () => ({made});\n"
        f"  console.log('one'); console.log('two');\n"
        f"  cf.updateRequestOrigin({{ domainName: 'a.example' }});\n"
        f"  return (await cf.kvs().get('key')) + (await cf.kvs().exists('key'));\n"
        f"}}"
    )
    facts = '{"raw": null, "edge": {"name": "LOC"}}'

    outcome = run_code(code, store=a_store(key="value"), facts=facts)

    assert outcome.result == '"valuetrue"', outcome.error
    assert outcome.logs == ("one", "two")
    assert [step["method"] for step in outcome.origin] == ["updateRequestOrigin"]


@pytest.mark.parametrize("made", ["[1]", "{}", "{ toJSON: () => [1] }", "Symbol()"])
def test_a_script_cannot_change_how_the_host_slices_strings(made: str) -> None:
    code = handler(
        f"String.prototype.slice = () => ({made}); console.log('a'); throw new Error('b');"
    )

    outcome = run_code(code)

    assert isinstance(outcome.error, str)
    assert all(isinstance(line, str) for line in outcome.logs)


@pytest.mark.parametrize(
    "escape",
    [
        "globalThis.constructor.constructor('return 1')()",
        "Object.getOwnPropertyNames(globalThis).filter(n => /host|prelude|command/.test(n)).length",
        "(function () { return this; })() === undefined ? 0 : 1",
        "handler.caller",
        "arguments.callee",
    ],
)
def test_the_host_is_out_of_reach(escape: str) -> None:
    outcome = run_code(handler(f"return {escape};"))

    assert outcome.result in (None, "0", "null")


def test_a_change_of_object_prototype_does_not_alter_the_outcome() -> None:
    code = (
        "Object.prototype.outcome = { result: '\"forged\"', origin: [] };\n"
        "function handler() { return new Promise(() => 0); }"
    )

    assert failure(code) == "the promise that the handler returned never settles"


def test_late_evaluation_uses_the_original_globals() -> None:
    code = (
        "String = Error = Promise = () => 'changed'; JSON.stringify = () => '\"changed\"';"
        "Array.prototype.push = () => 0;\n"
        "function handler() { console.log({ a: 1 }); throw new TypeError('as it is'); }"
    )

    outcome = run_code(code)

    assert (outcome.error, outcome.logs) == ("TypeError: as it is", ('{"a":1}',))
