import io
import itertools
import json
from typing import Any

import boto3
import pytest
from aws_lambda_powertools import Logger
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.stub import Stubber

from lambdas import session
from lambdas.rest_api import ApiResponse, Endpoint, Event, rest_api
from tests.lambdas.proxy_events import proxy_event
from tests.lambdas.ship import ENVIRONMENT, ReadResponse, ShipClock, read_response

NUMBERS = itertools.count()  # loggers of one name would share the first one's stream


def ask(
    endpoint: Endpoint,
    *,
    method: str = "GET",
    path: str = "/api/tea",
    log: io.StringIO | None = None,
) -> ReadResponse:
    """Send a request; `log` gets what CloudWatch would get."""
    logger = Logger(f"test-{next(NUMBERS)}", stream=log or io.StringIO())
    handler = rest_api("/api/tea", {"GET": endpoint, "POST": endpoint}, logger=logger)
    event = proxy_event(
        method,
        path,
        body='{"password": "makeitso"}',
        cookie="__Host-session-id=earlgrey",
    )
    return read_response(handler(event, None))


def failing(error: Exception) -> Endpoint:
    def endpoint(event: Event) -> ApiResponse:
        raise error

    return endpoint


def aws_error(code: str, status: int = 400, reason: str = "None") -> ClientError:
    response: Any = {
        "Error": {"Code": code, "Message": "No."},
        "ResponseMetadata": {"HTTPStatusCode": status},
        "CancellationReasons": [{"Code": reason}],
    }
    return ClientError(response, "PutItem")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"])
def test_a_wrong_method_gets_405_with_allow(method: str) -> None:
    response = ask(failing(AssertionError()), method=method)

    assert (response.status, response.error_code) == (405, "method_not_allowed")
    assert response.headers["Allow"] == "GET, POST"


@pytest.mark.parametrize("path", ["/api/coffee", "/api", "/api/tea/pot", "/"])
def test_another_path_is_not_found(path: str) -> None:
    response = ask(failing(AssertionError()), path=path)

    assert (response.status, response.error_code) == (404, "not_found")


def test_an_unexpected_error_is_logged_and_not_shown() -> None:
    log = io.StringIO()

    response = ask(failing(RuntimeError("warp core breach")), log=log)

    assert (response.status, response.error_code) == (500, "internal_error")
    assert "warp core" not in response.body
    assert "Traceback" not in response.body
    assert "RuntimeError: warp core breach" in log.getvalue()
    assert "Traceback" in log.getvalue()


@pytest.mark.filterwarnings("ignore:POWERTOOLS_DEV")  # Powertools warns about the metric itself
def test_debug_mode_enabled_by_mistake_reveals_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_DEV", "true")
    monkeypatch.setenv("POWERTOOLS_DEBUG", "true")

    response = ask(failing(RuntimeError("warp core breach")))

    assert response.error_code == "internal_error"
    assert "makeitso" not in capsys.readouterr().out


@pytest.mark.parametrize("error", [RuntimeError(), aws_error("Throttling")])
def test_neither_body_nor_cookie_is_logged(error: Exception) -> None:
    log = io.StringIO()

    ask(failing(error), log=log)

    assert log.getvalue()
    assert "makeitso" not in log.getvalue()
    assert "earlgrey" not in log.getvalue()


def test_every_response_is_one_log_event() -> None:
    log = io.StringIO()

    ask(failing(AssertionError()), method="PUT", log=log)

    (line,) = log.getvalue().splitlines()
    assert (
        json.loads(line).items()
        >= {
            "message": "request answered",
            "method": "PUT",
            "path": "/api/tea",
            "status": 405,
            "request_id": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
        }.items()
    )


@pytest.mark.parametrize(
    "error",
    [
        aws_error("ThrottlingException"),
        aws_error("ProvisionedThroughputExceededException"),
        aws_error("InternalServerError", 500),
        aws_error("AnythingElse", 503),
        aws_error("TransactionCanceledException", reason="TransactionConflict"),
        ReadTimeoutError(endpoint_url="https://dynamodb.us-east-1.amazonaws.com"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_temporary_aws_error_is_503_with_retry_after(error: Exception) -> None:
    response = ask(failing(error))

    assert (response.status, response.error_code) == (503, "try_later")
    assert int(response.headers["Retry-After"]) >= 1


@pytest.mark.parametrize(
    "error",
    [
        aws_error("AccessDeniedException"),
        aws_error("ResourceNotFoundException"),
        aws_error("TransactionCanceledException", reason="ValidationError"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_permanent_aws_error_is_an_internal_error(error: Exception) -> None:
    response = ask(failing(error))

    assert (response.status, response.error_code) == (500, "internal_error")


def test_an_unreachable_endpoint_is_503() -> None:
    nowhere = boto3.Session("test", "test", region_name="us-east-1").client(
        "dynamodb",
        endpoint_url="http://127.0.0.1:9",  # the discard port, which refuses connections
        config=Config(retries={"total_max_attempts": 1}),
    )
    handler = session.build(
        {**ENVIRONMENT, "SESSIONS_TABLE": "t"}, dynamodb=nowhere, clock=ShipClock()
    )
    cookie = f"__Host-session-id={'A' * 43}"

    response = read_response(handler(proxy_event("GET", "/api/session", cookie=cookie), None))

    assert (response.status, response.error_code) == (503, "try_later")


def test_a_throttled_table_is_503() -> None:
    throttled = boto3.Session("test", "test", region_name="us-east-1").client(
        "dynamodb", config=Config(retries={"total_max_attempts": 1})
    )
    handler = session.build(
        {**ENVIRONMENT, "SESSIONS_TABLE": "t"}, dynamodb=throttled, clock=ShipClock()
    )
    cookie = f"__Host-session-id={'A' * 43}"

    with Stubber(throttled) as stub:
        stub.add_client_error("get_item", "ThrottlingException")
        response = read_response(handler(proxy_event("GET", "/api/session", cookie=cookie), None))

    assert (response.status, response.error_code) == (503, "try_later")
