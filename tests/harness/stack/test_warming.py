from email.message import Message

from aws_lambda_powertools import Logger

from harness.emulators.emulators import named_by
from harness.stack.warming import NOTHING, warm
from lambdas.rest_api import Answer, Event, rest_api
from tests.harness.http_servers import answering
from tests.harness.outputs import OUTPUTS


def test_each_function_is_called_and_not_waited_for() -> None:
    called: list[str] = []
    seen: list[Message] = []
    answers = {
        f"POST /2015-03-31/functions/{name}/invocations?Qualifier=live": lambda name=name: (
            called.append(name)
        )
        for name in OUTPUTS.function_names
    }

    with answering(answers, seen=seen) as endpoint:
        warm(named_by({"AWS_ENDPOINT_URL": endpoint}), OUTPUTS)

    assert called == list(OUTPUTS.function_names)
    assert {request["x-amz-invocation-type"] for request in seen} == {"Event"}


def test_no_endpoint_of_the_api_is_reached() -> None:
    def reached(_event: Event) -> Answer:
        raise AssertionError

    function = rest_api("/api/logs", {"GET": reached, "POST": reached}, logger=Logger("logs"))

    assert function(dict(NOTHING), None)["statusCode"] == 404
