"""A guarded LocalStack over sockets: requests that it refuses and requests that it serves."""

import json
import os
import socket
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest

from harness.emulators import docker_engine, emulators, resetting
from harness.emulators.emulators import Emulator
from harness.emulators.localstack_container import ended_gently, prepared
from harness.errors import HarnessError, MissingToolError
from harness.guard.rules import KEY_HEADER
from harness.processes.children import Children
from tests.harness.emulators.test_guarded_ministack import (
    CROSS_SITE,
    ECHO,
    aws,
    make_function,
    make_open_api,
    response_to,
)

REFUSED = {
    "without a signature": ("GET", "/?Action=ListTopics&Version=2010-03-31", {}),
    "with a password": ("GET", "/2015-03-31/functions", {"Authorization": "Basic x"}),
    "a page of its own": ("GET", "/_localstack/init", {}),
    "a console": ("GET", "/_aws/sqs/messages", {}),
    "a preflight": (
        "OPTIONS",
        "/2015-03-31/functions",
        {"Origin": "https://app.localstack.cloud", "Access-Control-Request-Method": "PUT"},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    require_engine()
    directory = tmp_path_factory.mktemp("emulator")
    (directory / "logs").mkdir()
    environ = {name: value for name, value in os.environ.items() if name != "AWS_ENDPOINT_URL"}
    with Children() as children:
        yield emulators.start("localstack", children, environ=environ, directory=directory)


def require_engine() -> None:
    try:
        docker_engine.require_engine(os.environ)
    except MissingToolError as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("request_", REFUSED)
def test_a_refusal_gives_the_reason_and_no_password_prompt(
    emulator: Emulator, request_: str
) -> None:
    method, target, headers = REFUSED[request_]

    status, response = response_to(emulator, target, method, **headers)

    assert status == 403
    assert response.count("\n") == 1


def test_a_foreign_host_is_refused_even_beside_a_local_one(emulator: Emulator) -> None:
    address = urlsplit(emulator.endpoint)
    heads = (
        "Host: evil.test\r\n",
        "Host: localhost\r\nHost: evil.test\r\n",
        "Host: evil.test\r\nHost: localhost\r\n",
        "Host: evil.test\r\nX-Forwarded-Host: localhost\r\n",
    )
    for head in heads:
        with socket.create_connection((address.hostname, address.port), 20) as visitor:
            visitor.sendall(
                b"GET /_localstack/health HTTP/1.1\r\nConnection: close\r\n"
                + head.encode()
                + b"\r\n"
            )
            status = visitor.makefile("rb").readline()
        assert status.split()[1] in (b"400", b"403"), head


def test_a_stage_of_api_gateway_is_open_to_cross_site_viewers(
    emulator: Emulator,
) -> None:
    api = make_open_api(emulator)
    by_path = f"/_aws/execute-api/{api}/prod/"
    by_old_path = f"/restapis/{api}/prod/_user_request_/"

    assert response_to(emulator, by_path, "POST", **CROSS_SITE)[0] == 200
    assert response_to(emulator, by_old_path, "POST", **CROSS_SITE)[0] == 200
    by_name = {**CROSS_SITE, "Host": f"{api}.execute-api.localhost:1234"}
    assert response_to(emulator, "/prod/", "POST", **by_name)[0] == 200


def test_a_function_url_is_public_and_serves_no_administration(emulator: Emulator) -> None:
    make_function(emulator, "echo", ECHO)
    functions = aws(emulator, "lambda")
    functions.get_waiter("function_active_v2").wait(FunctionName="echo")
    url = functions.create_function_url_config(FunctionName="echo", AuthType="NONE")
    name = (urlsplit(url["FunctionUrl"]).hostname or "").partition(".")[0]
    here = {**CROSS_SITE, "Host": f"{name}.lambda-url.us-east-1.localhost:1234"}

    status, response = response_to(emulator, "/a", "POST", **here)

    assert (status, response) == (200, '{"path": "/a"}')
    assert response_to(emulator, "/_localstack/state/reset", "POST", **here)[0] == 403


@pytest.mark.parametrize(
    "host", ["abc.execute-api.localhost", "abc.lambda-url.us-east-1.localhost"]
)
@pytest.mark.parametrize("before", ["", "/queue/us-east-1", "/%71ueue/us-east-1"])
def test_an_apis_host_name_gives_no_access_to_queues(
    emulator: Emulator, host: str, before: str
) -> None:
    """LocalStack has queues at every name."""
    sqs = aws(emulator, "sqs")
    queue = sqs.create_queue(QueueName="ours")["QueueUrl"]
    call = urlencode({"Action": "SendMessage", "MessageBody": "hostile"})

    for method in ("GET", "POST"):
        response_to(emulator, f"{before}/000000000000/ours?{call}", method, Host=host)

    assert "Messages" not in sqs.receive_message(QueueUrl=queue)


def test_presigned_urls_only_read_and_write_objects(emulator: Emulator) -> None:
    s3 = aws(emulator, "s3")
    s3.create_bucket(Bucket="linked")
    s3.put_object(Bucket="linked", Key="a/key", Body=b"here")

    def linked(action: str, **there: str) -> str:
        link = s3.generate_presigned_url(action, Params={"Bucket": "linked", **there})
        return str(link.partition(emulator.endpoint)[2])

    assert response_to(emulator, linked("get_object", Key="a/key")) == (200, "here")
    assert response_to(emulator, linked("put_object", Key="b/key"), "PUT")[0] == 200
    cross_site = response_to(emulator, linked("get_object", Key="a/key"), **CROSS_SITE)
    assert cross_site[0] == 403
    assert response_to(emulator, linked("delete_object", Key="a/key"), "DELETE")[0] == 403
    assert response_to(emulator, linked("list_objects_v2"))[0] == 403
    assert response_to(emulator, linked("put_object_acl", Key="a/key"), "PUT")[0] == 403


def test_a_reset_needs_the_key_of_the_run(emulator: Emulator) -> None:
    stranger = Emulator(
        name="external",
        endpoint=emulator.endpoint,
        cloudfront_endpoint=emulator.endpoint,
    )
    before = response_to(emulator, "/_localstack/info")

    with pytest.raises(HarnessError, match="cannot be reset"):
        resetting.reset(stranger)

    assert json.loads(before[1])["session_id"] in response_to(emulator, "/_localstack/info")[1]
    assert response_to(emulator, "/_localstack/init")[0] == 403
    assert response_to(emulator, "/_localstack/init", **{KEY_HEADER: emulator.key})[0] == 200


def test_localstack_does_not_start_without_its_guard() -> None:
    require_engine()
    container = prepared(os.environ)
    container.with_env("EMULATOR_GUARD", "/nowhere")

    with ended_gently(container):
        with pytest.raises((RuntimeError, TimeoutError)):
            container.start()
        output = b"".join(container.get_logs())

    assert b"its guard against web pages failed.\n" in output
    assert b"Ready." not in output
