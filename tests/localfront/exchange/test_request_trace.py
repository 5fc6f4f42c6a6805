from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.exchange.request_trace import Trace, log_line, printable, redacted
from tests.localfront.factories import a_trace


class Ticks:
    """A clock that advances a tenth of a second at each reading."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.1
        return self.now


def test_a_step_is_recorded_with_its_duration_and_facts() -> None:
    trace = a_trace(clock=Ticks())

    with trace.step("origin", id="pages") as step:
        step.facts["status"] = 200

    (kept,) = trace.find("origin")
    assert kept.facts == {"id": "pages", "status": 200}
    assert kept.start_ms == pytest.approx(100)
    assert kept.duration_ms == pytest.approx(100)


def failing_step(trace: Trace) -> None:
    with trace.step("origin"):
        raise RuntimeError


def test_a_failed_step_is_recorded_and_timed() -> None:
    trace = a_trace(clock=Ticks())

    with pytest.raises(RuntimeError):
        failing_step(trace)

    assert trace.find("origin")[0].duration_ms == pytest.approx(100)


def test_a_request_is_logged_in_one_line() -> None:
    trace = a_trace(target="/a?b=1")
    trace.note("behavior", pattern="/api/*", passed_over=("/x",))
    trace.note("cache", decision="miss", key="/a")
    trace.finish(200, "Miss")

    assert log_line(trace) == (
        "200 GET logs.example.com/a?b=1 | behavior pattern=/api/* | "
        "cache decision=miss key=/a | Miss | 0.0 ms | request-id=="
    )


def test_the_reason_of_an_error_is_logged() -> None:
    trace = a_trace()
    trace.reason = "VP-005: POST is not an allowed method"
    trace.finish(403, "Error")

    assert "| VP-005: POST is not an allowed method |" in log_line(trace)


HOSTILE = "a\r\n200 GET forged\x1b[31m\x00\u2028\u202e\x85b"


@pytest.mark.parametrize("field", ["method", "host", "target", "reason", "result"])
def test_untrusted_input_cannot_inject_lines_or_colours(field: str) -> None:
    trace = a_trace(**{field: HOSTILE} if field not in ("reason", "result") else {})
    if field in ("reason", "result"):
        setattr(trace, field, HOSTILE)

    line = log_line(trace)

    assert line.isprintable()
    assert ("\\x0d 200" if field == "reason" else "\\x0d\\x0a") in line


def test_a_fact_cannot_inject_lines_or_colours() -> None:
    trace = a_trace()
    trace.note("origin", uri=HOSTILE)

    assert log_line(trace).isprintable()


@given(st.text(max_size=300))
def test_any_text_is_made_printable_and_short(text: str) -> None:
    made = printable(text)

    assert made.isprintable()
    assert len(made) <= 200 * len("\\x10ffff")
    if text.isprintable() and len(text) <= 200:
        assert made == text


SECRET = "hunter2"
LINES = [{"key": "Cookie", "value": f"session-id={SECRET}"}]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"cookie": LINES}, id="cookie"),
        pytest.param({"set-cookie": LINES}, id="set-cookie"),
        pytest.param({"authorization": LINES}, id="authorization"),
        pytest.param({"proxy-authorization": LINES}, id="proxy-authorization"),
        pytest.param({"Set-Cookie": LINES}, id="capitals"),
        pytest.param({"set-cookie": [{"value": SECRET}]}, id="no key"),
        pytest.param({"set-cookie": [SECRET]}, id="no object"),
        pytest.param({"set-cookie": SECRET}, id="no list"),
        pytest.param({"set-cookie": LINES[0]}, id="an object alone"),
        pytest.param({"x": [{"key": "Set-Cookie", "value": SECRET}]}, id="by its key"),
    ],
)
def test_a_secret_header_is_never_recorded_however_malformed(headers: Any) -> None:
    event = {"Records": [{"cf": {"request": {"uri": "/", "headers": headers}}}]}

    assert SECRET not in repr(redacted(event))


def test_all_other_fields_of_an_event_are_recorded() -> None:
    event = {
        "uri": "/",
        "headers": {
            "host": [{"key": "Host", "value": "logs.example.com"}],
            "cookie": LINES,
        },
        "n": [1, None, True],
    }

    kept = redacted(event)

    assert kept == {
        **event,
        "headers": {**event["headers"], "cookie": [{"key": "Cookie", "value": "…"}]},  # type: ignore[dict-item]  # JSON
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["cookie", "Set-Cookie", "key", "value", "a"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=10,
)


@given(JSON)
def test_any_function_result_can_be_recorded(returned: Any) -> None:
    redacted(returned)


def test_redaction_does_not_modify_the_event() -> None:
    event = {"cookie": [{"key": "Cookie", "value": SECRET}]}

    redacted(event)

    assert event["cookie"][0]["value"] == SECRET


def test_a_deeply_nested_result_is_masked_safely() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]

    kept = redacted({"status": "200", "deep": deep, "headers": {"cookie": deep}})

    assert kept["status"] == "200"
    assert "…" in json.dumps(kept, ensure_ascii=False)


@pytest.mark.parametrize(
    ("querystring", "kept"),
    [
        ("a=1&Signature=abc~_&Key-Pair-Id=K", "a=1&Signature=…&Key-Pair-Id=K"),
        ("Signature=abc", "Signature=…"),
        ("MySignature=abc", "MySignature=abc"),
    ],
)
def test_the_signature_of_a_url_is_masked(querystring: str, kept: str) -> None:
    trace = a_trace(target=f"/film?{querystring}")

    assert f"/film?{kept} " in log_line(trace)
    assert redacted({"querystring": querystring}) == {"querystring": kept}
