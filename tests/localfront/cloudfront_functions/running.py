"""Runs of functions for tests, and their values."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from localfront.cloudfront_functions.engine import run
from localfront.cloudfront_functions.event_object import (
    viewer_request_event,
    viewer_response_event,
)
from localfront.cloudfront_functions.frozen_contexts import frozen_context
from localfront.cloudfront_functions.runs import NO_FACTS, RunResult
from localfront.cloudfront_functions.script import read_script
from localfront.cloudfront_functions.syntax import RUNTIME_2
from localfront.http_messages.messages import Request, Response
from localfront.lambda_edge.contract.events import EventConfig
from localfront.sources.key_value_store import KeyValueStore
from tests.localfront.factories import DISTRIBUTION_ID, DOMAIN_NAME, a_request

SAMPLES = Path(__file__).parents[2] / "edge_functions" / "cloudfront"
NOW = 1_700_000_000_123  # milliseconds, more than 32 bits hold


CONFIG = EventConfig(
    distribution_domain_name=DOMAIN_NAME,
    distribution_id=DISTRIBUTION_ID,
    request_id="request-id==",
)


def documented_event(**request: Any) -> dict[str, Any]:
    """A viewer request's event as the guide has it, from 198.51.100.11; keywords are the request."""
    return {
        "version": "1.0",
        "context": {
            "distributionDomainName": DOMAIN_NAME,
            "distributionId": DISTRIBUTION_ID,
            "eventType": "viewer-request",
            "requestId": "request-id==",
        },
        "viewer": {"ip": "198.51.100.11"},
        "request": request,
    }


def request_event(request: Request) -> dict[str, Any]:
    """An event that the test may modify: events with equal headers share their header objects."""
    return deepcopy(viewer_request_event(request, config=CONFIG))


def response_event(response: Response) -> dict[str, Any]:
    return viewer_response_event(a_request(), response, config=CONFIG)


def sample(name: str) -> str:
    return (SAMPLES / f"{name}.js").read_text()


def run_code(
    code: str,
    event: dict[str, Any] | None = None,
    *,
    store: KeyValueStore | None = None,
    runtime: str = RUNTIME_2,
    facts: str = NO_FACTS,
) -> RunResult:
    """Run a script that may use newer JavaScript than its runtime's, as with `--assume`."""
    script = read_script(code.encode(), name="visitors", runtime=runtime, newer=True)
    text = json.dumps(event or {})
    outcome = run(script, text, now=NOW, store=store, runtime=runtime, facts=facts)
    _assert_alike_in_a_frozen_context(outcome, script, text, runtime, facts)
    return outcome


def _assert_alike_in_a_frozen_context(
    outcome: RunResult, script: str, event: str, runtime: str, facts: str
) -> None:
    """Run it twice in one frozen context: no state of the first run may reach the second."""
    frozen = frozen_context(script, runtime)
    if frozen is None:
        return
    for _ in range(2):
        again = frozen.run(event, now=NOW, facts=facts)
        if again is None:
            return
        assert (again.result, again.logs, again.origin) == (outcome.result, outcome.logs, ())


def returned(outcome: RunResult) -> Any:
    assert outcome.result is not None, f"{outcome.error}\n{outcome.stack}"
    return json.loads(outcome.result)


def evaluated(expression: str, *, imports: str = "", store: KeyValueStore | None = None) -> Any:
    """The value of an expression that a handler returns."""
    code = f"{imports}\nasync function handler(event) {{ return {expression}; }}"
    return returned(run_code(code, store=store))


def failure(code: str) -> str:
    outcome = run_code(code)
    assert outcome.result is None
    return outcome.error


def a_store(**values: str) -> KeyValueStore:
    meta = {
        "creationDateTime": "2026-01-01T00:00:00Z",
        "lastUpdatedDateTime": "2026-01-02T00:00:00Z",
        "keyCount": len(values),
    }
    return KeyValueStore(values=values, meta=meta)
