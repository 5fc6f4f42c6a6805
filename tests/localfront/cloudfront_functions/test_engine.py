"""The runtime: its globals, clock, log and promises."""

from __future__ import annotations

import pytest

from localfront.cloudfront_functions.quotas import MAX_LOG_BYTES
from tests.localfront.cloudfront_functions.running import (
    NOW,
    evaluated,
    failure,
    returned,
    run_code,
)


def test_a_handler_gets_the_event_and_its_result_is_returned() -> None:
    code = "function handler(event) { event.request.uri += '!'; return event.request; }"

    assert returned(run_code(code, {"request": {"uri": "/é"}})) == {"uri": "/é!"}


@pytest.mark.parametrize(
    "later",
    [
        "Promise.resolve().then(() => console.log('late')); return 1;",
        "return { toJSON() { Promise.resolve().then(() => console.log('late')); return 1; } };",
    ],
)
def test_pending_jobs_of_a_result_are_run(later: str) -> None:
    outcome = run_code(f"function handler() {{ {later} }}")

    assert outcome.result == "1"
    assert outcome.logs == ("late",)


def test_lines_logged_during_serialization_are_kept() -> None:
    outcome = run_code("function handler() { return { toJSON() { console.log('now'); } }; }")

    assert outcome.result == "null"
    assert outcome.logs == ("now",)


@pytest.mark.proves("FN-017")
@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("await Promise.resolve(1)", 1),
        ("(await Promise.allSettled([Promise.reject(1)]))[0].reason", 1),
        ("`${1 + 1}`", "2"),
        ("((...rest) => rest.length)(1, 2)", 2),
        ("2 ** 3", 8),
        ("'aa'.replaceAll('a', 'b')", "bb"),
        ("/(?<year>[0-9]+)/.exec('in 1999').groups.year", "1999"),
        ("atob(btoa('hi'))", "hi"),
        ("1_000", 1000),
        ("typeof globalThis", "object"),
    ],
)
def test_the_engine_has_the_features_of_runtime_2_0(expression: str, value: object) -> None:
    assert evaluated(expression) == value


@pytest.mark.proves("FN-016")
@pytest.mark.parametrize(
    "name",
    ["setTimeout", "setImmediate", "clearTimeout", "setInterval", "queueMicrotask",
     "process", "fetch", "XMLHttpRequest", "performance", "Map", "Set", "WeakRef",
     "Proxy", "Reflect", "BigInt", "SharedArrayBuffer", "Atomics"],
)  # fmt: skip
def test_there_are_no_other_globals(name: str) -> None:
    assert evaluated(f"typeof globalThis.{name}") == "undefined"


@pytest.mark.proves("FN-016")
@pytest.mark.parametrize(
    "expression",
    [
        "new Date().getTime()",
        "Date.now()",
        "Date.parse(new Date().toISOString())",
        "new Date(+new Date()).getTime()",
        "new Date().constructor.now()",
    ],
)
def test_the_clock_stands_at_the_start_of_the_run(expression: str) -> None:
    assert evaluated(expression) == NOW


def test_dates_of_other_times_work_as_usual() -> None:
    assert evaluated("new Date(2020, 0, 2, 3).getMonth()") == 0
    assert evaluated("Date.UTC(1970, 0, 1, 0, 0, 1)") == 1000
    assert evaluated("new Date() instanceof Date && typeof Date()") == "string"


@pytest.mark.proves("FN-016")
def test_random_numbers_are_allowed() -> None:
    assert evaluated("Math.random() < 1 && Math.random() !== Math.random()") is True


@pytest.mark.proves("FN-016")
@pytest.mark.parametrize(
    "attempt",
    [
        "eval('1')",
        "(0, eval)('1')",
        "new Function('return 1')()",
        "Function('return 1')()",
        "(function () {}).constructor('return 1')()",
        "(() => 1).constructor('return 1')()",
        "(async () => 1).constructor('return 1')()",
        "(function* () {}).constructor('return 1')()",
        "(async function* () {}).constructor('return 1')()",
        "handler.constructor('return 1')()",
        "[].map.constructor('return 1')()",
        "console.log.constructor('return 1')()",
        "Object.getPrototypeOf(async function () {}).constructor('return 1')()",
    ],
)
def test_code_cannot_be_evaluated_from_strings(attempt: str) -> None:
    message = failure(f"function handler() {{ return {attempt}; }}")

    assert message == "TypeError: dynamic code evaluation is not supported"


@pytest.mark.proves("FN-016")
@pytest.mark.parametrize("module", ["os", "std", "fs", "/etc/passwd", "./prelude.js"])
def test_no_module_gives_access_to_the_machine(module: str) -> None:
    assert "could not load" in failure(f"function handler() {{ return import('{module}'); }}")
    assert "there is no module" in failure(f"function handler() {{ return require('{module}'); }}")


@pytest.mark.proves("FN-017")
def test_scripts_are_strict() -> None:
    assert failure("function handler() { undeclared = 1; }") == (
        "ReferenceError: undeclared is not defined"
    )


@pytest.mark.proves("FN-017")
def test_a_log_line_has_one_argument() -> None:
    code = "function handler() { console.log('a', 'b'); console.log({a: [1]}); return {}; }"

    assert run_code(code).logs == ("a", '{"a":[1]}')


def test_odd_values_can_be_logged() -> None:
    code = """function handler() {
      const cycle = {}; cycle.self = cycle;
      [cycle, undefined, null, 1.5, Symbol("s"), () => 1].forEach(v => console.log(v));
    }"""

    assert run_code(code).logs[:4] == ("[object Object]", "undefined", "null", "1.5")


@pytest.mark.proves("FN-016")
def test_logs_are_cut_at_10_kb() -> None:
    code = """function handler() {
      console.log("a".repeat(10000)); console.log("b".repeat(10000)); console.log("c");
    }"""

    assert run_code(code).logs == ("a" * 10_000, "b" * (MAX_LOG_BYTES - 10_000))


@pytest.mark.proves("FN-013")
def test_a_failure_has_its_message_its_location_and_the_logged_lines() -> None:
    code = "function handler() {\n  console.log('here');\n  throw new TypeError('no');\n}"

    outcome = run_code(code)

    assert outcome.error == "TypeError: no"
    assert outcome.stack.startswith("    at handler (<input>:3")
    assert outcome.logs == ("here",)


@pytest.mark.proves("FN-013")
@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("throw new Error('at the top')", "Error: at the top"),
        ("var other = 1", "ReferenceError: there is no function named handler"),
        ("var handler = 1", "ReferenceError: there is no function named handler"),
        ("async function handler() { await Promise.reject(new Error('no')); }", "Error: no"),
        ("async function handler() { await new Promise(() => {}); }",
         "the promise that the handler returned never settles"),
    ],
)  # fmt: skip
def test_a_script_without_a_result_is_an_error(code: str, message: str) -> None:
    assert failure(code) == message


def test_a_handler_that_returns_nothing_returns_null() -> None:
    assert returned(run_code("function handler() {}")) is None


def test_a_run_has_its_processor_time() -> None:
    busy = "function handler() { for (let i = 0; i < 3e5; i++); return {}; }"

    assert run_code(busy).seconds > run_code("function handler() {}").seconds > 0
