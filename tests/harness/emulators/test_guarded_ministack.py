"""A guarded MiniStack over sockets: requests that it refuses and requests that it serves."""

import json
import os
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from harness.emulators import emulators, resetting
from harness.emulators.emulators import Emulator
from harness.errors import HarnessError
from harness.guard import key
from harness.packaging.packages import archive
from harness.processes.children import Children

CROSS_SITE = {"Origin": "https://ferengi.example", "Sec-Fetch-Site": "cross-site"}
ECHO = b"""
import json
def handler(event, context):
    return {"statusCode": 200, "body": json.dumps({"path": event.get("rawPath")})}
"""
ANSWERS_CLOUDFORMATION = """
import json, urllib.request
def handler(event, context):
    said = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    body = json.dumps({**said, "Status": "SUCCESS", "PhysicalResourceId": "made"}).encode()
    request = urllib.request.Request(event["ResponseURL"], data=body, method="PUT")
    urllib.request.urlopen(request).close()
"""


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    directory = tmp_path_factory.mktemp("emulator")
    (directory / "logs").mkdir()
    with Children() as children:
        yield emulators.start("ministack", children, environ=os.environ, directory=directory)


def aws(emulator: Emulator, service: Any) -> Any:
    return emulator.session().client(service, endpoint_url=emulator.endpoint)


def response_to(
    emulator: Emulator, target: str, method: str = "GET", **headers: str
) -> tuple[int, str]:
    """Status and body; `_` in a header's name means `-`."""
    lines = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(emulator.endpoint + target, method=method, headers=lines)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return int(response.status), response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def make_function(emulator: Emulator, name: str, code: bytes) -> None:
    aws(emulator, "lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="code.handler",
        Role="arn:aws:iam::000000000000:role/any",
        Code={"ZipFile": archive({"code.py": code})},
    )


def make_open_api(emulator: Emulator) -> str:
    """Create an API whose stage `prod` responds 200 to POST; return its id."""
    api = aws(emulator, "apigateway")
    made = api.create_rest_api(name="open")
    root = api.get_resources(restApiId=made["id"])["items"][0]["id"]
    where = {"restApiId": made["id"], "resourceId": root, "httpMethod": "POST"}
    api.put_method(**where, authorizationType="NONE")
    api.put_integration(
        **where,
        type="MOCK",
        requestTemplates={"application/json": '{"statusCode": 200}'},
    )
    api.put_method_response(**where, statusCode="200")
    api.put_integration_response(**where, statusCode="200")
    api.create_deployment(restApiId=made["id"], stageName="prod")
    return str(made["id"])


def test_a_refusal_gives_the_reason_and_no_password_prompt(emulator: Emulator) -> None:
    status, response = response_to(emulator, "/2015-03-31/functions", Authorization="Basic x")

    assert status == 403
    assert "need a signature (SigV4)" in response
    assert response.count("\n") == 1


def test_a_foreign_host_is_refused_even_beside_a_local_one(emulator: Emulator) -> None:
    address = urlsplit(emulator.endpoint)
    heads = (
        "Host: evil.test\r\n",
        "Host: localhost\r\nHost: evil.test\r\n",
        "Host: evil.test\r\nHost: localhost\r\n",
    )
    for head in heads:
        with socket.create_connection((address.hostname, address.port), 20) as visitor:
            visitor.sendall(
                b"GET /_ministack/health HTTP/1.1\r\nConnection: close\r\n"
                + head.encode()
                + b"\r\n"
            )
            status = visitor.makefile("rb").readline()
        assert status.split()[1] in (b"400", b"403"), head


def test_a_stage_of_api_gateway_is_open_to_cross_site_viewers(
    emulator: Emulator,
) -> None:
    """localfront forwards the browser's headers; the API decides."""
    api = make_open_api(emulator)

    status, _ = response_to(emulator, f"/_aws/execute-api/{api}/prod/", "POST", **CROSS_SITE)

    assert status == 200


def test_a_function_url_is_public_by_path_and_by_host_name(emulator: Emulator) -> None:
    make_function(emulator, "echo", ECHO)
    functions = aws(emulator, "lambda")
    url = functions.create_function_url_config(FunctionName="echo", AuthType="NONE")
    name = urlsplit(url["FunctionUrl"]).hostname or ""
    function_id = name.partition(".")[0]

    def path_seen(target: str, **headers: str) -> object:
        status, response = response_to(emulator, target, "POST", **headers, **CROSS_SITE)
        assert status == 200, response
        return json.loads(response)["path"]

    here = f"{function_id}.lambda-url.us-east-1.localhost:1234"
    assert path_seen(f"/_aws/lambda-url/{function_id}/a") == "/a"
    assert path_seen("/a", Host=here) == "/a"
    assert path_seen("/a%20b", Host=f"{function_id}.lambda-url.us-east-1.on.aws") == "/a b"
    # The emulator's administration, at the function's name: it is the function's path.
    assert path_seen("/_ministack/reset", Host=here) == "/_ministack/reset"
    assert functions.list_functions()["Functions"]


def test_a_custom_resource_reports_its_status_to_cloudformation(emulator: Emulator) -> None:
    make_function(emulator, "custom", ANSWERS_CLOUDFORMATION.encode())
    token = "arn:aws:lambda:us-east-1:000000000000:function:custom"
    run = {"Type": "Custom::Run", "Properties": {"ServiceToken": token}}
    cloudformation = aws(emulator, "cloudformation")

    cloudformation.create_stack(
        StackName="ours", TemplateBody=json.dumps({"Resources": {"Run": run}})
    )
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName="ours", WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )

    resource = cloudformation.describe_stack_resources(StackName="ours")
    assert resource["StackResources"][0]["PhysicalResourceId"] == "made"


def test_presigned_urls_work_and_reveal_nothing_to_web_pages(
    emulator: Emulator,
) -> None:
    make_function(emulator, "linked", ECHO)
    s3 = aws(emulator, "s3")
    s3.create_bucket(Bucket="linked")
    s3.put_object(Bucket="linked", Key="a/key", Body=b"here")
    code = aws(emulator, "lambda").get_function(FunctionName="linked")["Code"]["Location"]
    there = {"Bucket": "linked", "Key": "a/key"}
    links = [s3.generate_presigned_url("get_object", Params=there), code]

    for link in links:
        target = link[link.index("/", len("http://")) :]
        request = urllib.request.Request(emulator.endpoint + target)
        with urllib.request.urlopen(request, timeout=60) as response:
            assert response.read()[:2] in (b"he", b"PK")
        assert response_to(emulator, target, Sec_Fetch_Site="cross-site")[0] == 403


def test_a_reset_needs_the_key_of_the_run(emulator: Emulator) -> None:
    s3 = aws(emulator, "s3")
    s3.create_bucket(Bucket="kept")
    stranger = Emulator(
        name="external",
        endpoint=emulator.endpoint,
        cloudfront_endpoint=emulator.endpoint,
    )

    with pytest.raises(HarnessError, match="cannot be reset"):
        resetting.reset(stranger)
    assert s3.list_buckets()["Buckets"]

    resetting.reset(emulator)
    assert s3.list_buckets()["Buckets"] == []


def test_functions_do_not_inherit_the_key(emulator: Emulator) -> None:
    shows = b"import os\ndef handler(event, context):\n    return dict(os.environ)\n"
    make_function(emulator, "shows", shows)

    output = aws(emulator, "lambda").invoke(FunctionName="shows")["Payload"].read().decode()

    assert emulator.key
    assert emulator.key not in output


def test_the_first_process_creates_the_key_and_all_read_the_same(
    tmp_path: Path,
) -> None:
    file = tmp_path / "key"
    environs = [{key.FILE_VARIABLE: str(file)} for _ in range(2)]

    taken = [key.taken_key(environ) for environ in environs]

    assert taken[0] == taken[1] == key.known_key({key.FILE_VARIABLE: str(file)})
    assert environs == [{}, {}]
    assert file.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [file]


def test_a_call_that_an_sdk_retries_is_executed_once(emulator: Emulator) -> None:
    """As Terraform's provider retries on a busy machine; a second log group of that name is a 400."""

    logs = aws(emulator, "logs")
    invocations = iter(["first", "first", "second"])

    def name_invocation(request: Any, **_: Any) -> None:
        request.headers["amz-sdk-invocation-id"] = next(invocations)

    logs.meta.events.register("before-send.logs.CreateLogGroup", name_invocation)
    for _ in range(2):
        logs.create_log_group(logGroupName="repeated")
    with pytest.raises(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_group(logGroupName="repeated")
