import threading
from email.message import Message

import pytest
from aws_lambda_powertools import Logger

from harness.emulators.emulators import named_by
from harness.stack.warming import NOTHING, warm, warm_meanwhile
from lambdas.rest_api import ApiResponse, Event, rest_api
from tests.harness.http_servers import http_server
from tests.harness.outputs import OUTPUTS

PATIENCE = 60  # seconds


@pytest.mark.parametrize("processes", [1, 2])
def test_each_function_is_invoked_asynchronously_once_for_each_process(processes: int) -> None:
    called: list[str] = []
    seen: list[Message] = []
    responses = {
        f"POST /2015-03-31/functions/{name}/invocations?Qualifier=live": lambda name=name: (
            called.append(name)
        )
        for name in OUTPUTS.function_names
    }

    with http_server(responses, seen=seen) as endpoint:
        warm(named_by({"AWS_ENDPOINT_URL": endpoint}), OUTPUTS, processes=processes)

    assert called == [name for name in OUTPUTS.function_names for _ in range(processes)]
    assert {request["x-amz-invocation-type"] for request in seen} == {"Event"}


def test_the_stack_starts_even_if_functions_could_not_be_warmed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with http_server({}) as endpoint:
        pass  # nobody answers there any more

    warm_meanwhile(named_by({"AWS_ENDPOINT_URL": endpoint}), OUTPUTS)

    for thread in threading.enumerate():
        if thread.name == "warming":
            thread.join(PATIENCE)
    assert "warming" not in {thread.name for thread in threading.enumerate()}


def test_warming_calls_no_api_endpoint() -> None:
    def reached(_event: Event) -> ApiResponse:
        raise AssertionError

    function = rest_api("/api/logs", {"GET": reached, "POST": reached}, logger=Logger("logs"))

    assert function(dict(NOTHING), None)["statusCode"] == 404
