"""Code that the runtime's JavaScript does not support; njs 0.7.9 was compared for each."""

from __future__ import annotations

import time

import pytest

from localfront.cloudfront_functions import syntax
from localfront.cloudfront_functions.script import read_script
from localfront.cloudfront_functions.syntax import RUNTIME_1, RUNTIME_2, remarks
from localfront.errors import ConfigError

HANDLER = "function handler(event) {\n  return event.request;\n}\n"
REFUSED = {
    "class A {}": "`class`",
    "var A = class {};": "`class`",
    "var {a} = {a: 1};": "destructuring",
    "var [a] = [1];": "destructuring",
    "function f({a}) {}": "destructuring",
    "for (var x of []) {}": "`for…of`",
    "Math.max(...[1]);": "spread",
    "var a = [...[1]];": "spread",
    "var a = {...{}};": "spread",
    "var a; a?.b;": "`?.`",
    "var a; a?.();": "`?.`",
    "function* g() { yield 1; }": "a generator",
    "var g = function* () {};": "a generator",
    "var a = 1n;": "a BigInt",
    "function f(x = 1) {}": "a default parameter",
    "var f = (x = 1) => x;": "a default parameter",
    "try { handler(); } catch { }": "`catch` without a name",
    "var a; a ||= 1;": "a logical assignment",
    "var a; a &&= 1;": "a logical assignment",
    "var a; a ??= 1;": "a logical assignment",
    "function f() { return new.target; }": "`new.target`",
    "var r = /a/u;": "a regular expression's flag",
    "var r = /a/s;": "a regular expression's flag",
    "var p = import('crypto');": "`import()`",
}
ONLY_IN_2 = {
    "let a = 1;": "`let` or `const`",
    "const a = 1;": "`let` or `const`",
    "for (const k in {}) {}": "`let` or `const`",
    "async function f() {}": "`async`",
    "var a = 1_000;": "a numeric separator",
}
TAKEN = [
    "var a = 2 ** 3; a **= 2;",
    "var text = `a ${1 + `b`}`;",
    "var f = (x) => x; function g(first, ...rest) { return rest; }",
    "var r = /(?<year>[0-9]+)(?<=a)/gim;",
    "loop: for (var i = 0; ; i++) { break loop; }",
    "for (var k in {}) {} do {} while (0); switch (1) { case 1: break; default: }",
    "try { handler(); } catch (e) {} finally {}",
    "var o = { 'a': 1, b: 2 }; delete o.b; void 0; typeof o;",
    "Object.keys({}); Object.entries({}); Array.of(1); [].copyWithin(0); Math.hypot(1);",
    "// class ?. ...x\nvar s = 'for (x of y)';",
]
NOTED = {
    "var a = 1 ?? 2;": "`??`",
    "var a = 1, b = {a};": "`{name}`",
    "var k = 'x', b = {[k]: 1};": "`{[name]: ...}`",
    "var b = {get x() { return 1; }};": "a method, getter or setter",
    "var f = async () => 1;": "an async closure",
    "[1].flat();": "`flat()`",
    "[1].at(0);": "`at()`",
    "'a'.matchAll(/a/g);": "`matchAll()`",
    "Object.fromEntries([]);": "`fromEntries()`",
    "Array.from([1]);": "`from()`",
    "[1].entries();": "`entries()`",
    "new Map();": "`Map`",
    "setTimeout(handler, 1);": "`setTimeout`",
    "'a'.toUTF8();": "`toUTF8()`",
    "console.log('a', 'b');": "`console.log` prints only its first argument",
}


def refusal(code: str, runtime: str = RUNTIME_2) -> str:
    with pytest.raises(ConfigError) as error:
        read_script(code.encode(), name="pretty", file="pretty.js", runtime=runtime)
    return str(error.value)


def notes(code: str, runtime: str = RUNTIME_2) -> list[str]:
    read_script(code.encode(), name="pretty", runtime=runtime)
    return [remark.text for remark in remarks(code, runtime)]


@pytest.mark.proves("FN-025")
@pytest.mark.parametrize("runtime", [RUNTIME_1, RUNTIME_2])
@pytest.mark.parametrize(("code", "title"), REFUSED.items())
def test_syntax_that_neither_runtime_supports_is_refused_with_its_line(
    code: str, title: str, runtime: str
) -> None:
    message = refusal(HANDLER + code, runtime)

    assert message.startswith(f"Function pretty, pretty.js:4: {title}")
    assert f"is not in {runtime}" in message
    assert "--assume functions_may_use_newer_javascript=on" in message


@pytest.mark.proves("FN-026")
@pytest.mark.parametrize(("code", "title"), ONLY_IN_2.items())
def test_syntax_of_runtime_2_0_is_refused_in_runtime_1_0(code: str, title: str) -> None:
    assert refusal(HANDLER + code, RUNTIME_1).startswith(f"Function pretty, pretty.js:4: {title}")
    assert notes(HANDLER + code) == []


@pytest.mark.proves("FN-025")
@pytest.mark.parametrize("runtime", [RUNTIME_1, RUNTIME_2])
@pytest.mark.parametrize("code", TAKEN)
def test_documented_syntax_is_accepted(code: str, runtime: str) -> None:
    assert notes(HANDLER + code, runtime) == []


@pytest.mark.proves("FN-025")
@pytest.mark.parametrize(("code", "title"), NOTED.items())
def test_syntax_that_may_run_on_aws_is_noted_and_runs(code: str, title: str) -> None:
    (note,) = notes(HANDLER + code)

    assert note.startswith(title)


@pytest.mark.proves("FN-025")
def test_an_assumption_accepts_newer_javascript() -> None:
    code = b"class A {}"

    assert read_script(code, name="pretty", newer=True) == '"use strict";class A {}'


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("var a;\nvar b = ;", "pretty.js:2: SyntaxError: unexpected token"),
        ("let a = 1;\nlet a = 2;", "pretty.js:2: SyntaxError: invalid redefinition"),
        ("function handler() {\n", "SyntaxError"),
        ("await 1;", "SyntaxError"),
        ("with ({}) {}", "SyntaxError"),
    ],
)
def test_code_that_does_not_parse_is_refused_with_its_line(code: str, message: str) -> None:
    assert f"does not parse (FN-013): {message}" in refusal(code) or message in refusal(code)


def test_any_code_is_analyzed_in_bounded_time_without_running_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(syntax, "_PARSE_SECONDS", 0.1)
    begun = time.thread_time()

    refusal("}); for (;;) {} (function () {")
    deep = "(" * 4000 + "1" + ")" * 4000
    with pytest.raises(ConfigError, match="does not parse"):
        read_script(deep.encode(), name="deep")

    assert time.thread_time() - begun < 5
