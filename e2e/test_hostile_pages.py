"""Pages that the developer visits, and the emulator that runs functions as the developer.

The browser is real, the page is of another origin, and what it tries is done to an emulator when
nothing guards it: then these tests fail.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import boto3
import pytest
from playwright.sync_api import Browser, BrowserType, Page

from e2e.hostile_page import ATTACKS, FORM, HOST, READ, WEBSOCKET, hostile_server
from e2e.stack import Stack

SIGNED = (
    "AWS4-HMAC-SHA256 Credential=test/20261129/us-east-1/{}/aws4_request, "
    "SignedHeaders=host, Signature=0"
)


@pytest.fixture(scope="module")
def victim(
    browser_type: BrowserType, browser_type_launch_args: dict[str, object]
) -> Iterator[Browser]:
    """The developer's browser, in which the hostile name resolves to a remote machine.

    New Chromium asks its user before a page reaches this machine, other browsers do not: the
    emulator is not to lean on that.
    """
    arguments = dict(browser_type_launch_args)
    parameters = arguments.pop("args")
    assert isinstance(parameters, list)
    as_others = [
        f"--host-resolver-rules=MAP {HOST} 127.0.0.1",
        "--disable-features=LocalNetworkAccessChecks",
    ]
    browser = browser_type.launch(**arguments, args=[*parameters, *as_others])  # type: ignore[arg-type]  # Playwright's own arguments
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def hostile_url() -> Iterator[str]:
    with hostile_server() as url:
        yield url


@pytest.fixture(scope="module")
def tab(victim: Browser) -> Page:
    return victim.new_page()


@pytest.fixture
def hostile_page(tab: Page, hostile_url: str) -> Page:
    tab.goto(hostile_url)
    return tab


@pytest.fixture
def endpoint(stack: Stack) -> str:
    if stack.aws.endpoint_url is None:
        pytest.skip("AWS itself is no server on this machine")
    return stack.aws.endpoint_url


def client(stack: Stack, service: str) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]  # for any service
        endpoint_url=stack.aws.endpoint_url,
        region_name=stack.aws.region,
        aws_access_key_id=stack.aws.access_key_id,
        aws_secret_access_key=stack.aws.secret_access_key,
    )


@pytest.fixture(scope="module")
def sns(stack: Stack) -> Any:
    return client(stack, "sns")


def topics(sns: Any) -> str:
    """The topics that an unsigned call could have created: SNS accepts GET as well."""
    return json.dumps(sns.list_topics()["Topics"])


def making(endpoint: str, topic: str) -> str:
    call = {"Action": "CreateTopic", "Version": "2010-03-31", "Name": topic}
    return f"{endpoint}/?{urlencode(call)}"


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_cross_site_page_cannot_call_an_api(
    hostile_page: Page, endpoint: str, sns: Any, attack: str
) -> None:
    topic = f"hostile-{''.join(filter(str.isalpha, attack))}"
    url = making(endpoint, topic)
    if attack == "Basic":
        url = url.replace("://", "://AWS4-HMAC-SHA256:x@")

    hostile_page.evaluate(ATTACKS[attack], url)

    assert topic not in topics(sns)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_cross_site_form_cannot_call_an_api(
    hostile_page: Page, endpoint: str, sns: Any, method: str
) -> None:
    url = making(endpoint, f"hostile-form-{method}")

    with hostile_page.expect_navigation():
        hostile_page.evaluate(FORM, [url, method])

    assert "hostile-form" not in topics(sns)


def test_a_cross_site_link_cannot_call_an_api(hostile_page: Page, endpoint: str, sns: Any) -> None:
    url = making(endpoint, "hostile-link")

    with hostile_page.expect_navigation():
        hostile_page.evaluate("url => { location = url }", url)

    assert "hostile-link" not in topics(sns)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "abc.us-east-1.aoss.localhost"])
def test_no_local_host_name_gives_a_page_access(
    hostile_page: Page, endpoint: str, sns: Any, name: str
) -> None:
    at_name = f"http://{name}:{urlsplit(endpoint).port}"
    path = "/_aws/execute-api/?Action=CreateTopic&Version=2010-03-31&Name=hostile-path"

    hostile_page.evaluate(ATTACKS["img"], making(at_name, "hostile-name"))
    hostile_page.evaluate(ATTACKS["img"], f"{at_name}{path}")

    assert "hostile" not in topics(sns)


def test_a_page_cannot_run_code_through_a_cloudformation_stack(
    hostile_page: Page, endpoint: str, stack: Stack, tmp_path: Path
) -> None:
    """CloudFormation would invoke the function in the page's template."""
    ran = tmp_path / "ran"
    code = f"def handler(event, context):\n    open({str(ran)!r}, 'w').close()\n"
    template = {
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"RoleName": "hostile", "AssumeRolePolicyDocument": {}},
            },
            "Code": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Runtime": "python3.13",
                    "Handler": "index.handler",
                    "Role": "arn:aws:iam::000000000000:role/hostile",
                    "Code": {"ZipFile": code},
                },
            },
            "Run": {
                "Type": "Custom::Run",
                "Properties": {"ServiceToken": {"Fn::GetAtt": ["Code", "Arn"]}},
            },
        }
    }
    call = f"Action=CreateStack&StackName=hostile&TemplateBody={quote(json.dumps(template))}"

    hostile_page.evaluate(ATTACKS["img"], f"{endpoint}/?{call}")

    stacks = client(stack, "cloudformation").list_stacks()["StackSummaries"]
    assert "hostile" not in [found["StackName"] for found in stacks]
    assert not ran.exists()


@pytest.mark.parametrize("path", ["/", "/?Action=CreateTopic&Name=hostile-socket"])
def test_a_page_cannot_open_a_websocket(hostile_page: Page, endpoint: str, path: str) -> None:
    url = endpoint.replace("http", "ws", 1) + path

    assert hostile_page.evaluate(WEBSOCKET, url) == "refused"


def test_a_page_cannot_reset_the_emulator(hostile_page: Page, endpoint: str, stack: Stack) -> None:
    for path in (
        "/_ministack/reset",
        "/_localstack/state/reset",
        "/_localstack/health",
    ):
        hostile_page.evaluate(ATTACKS["POST, no-cors"], f"{endpoint}{path}?action=restart")

    tables = client(stack, "dynamodb").list_tables()["TableNames"]
    assert stack.sessions_table in tables


@pytest.mark.parametrize("service", ["none", "s3", "sns"])
def test_a_rebound_host_name_cannot_read_anything(
    victim: Browser, endpoint: str, sns: Any, service: str
) -> None:
    """DNS rebinding: the page was loaded from a name that now resolves to this machine."""
    origin = f"http://{HOST}:{urlsplit(endpoint).port}"
    page = victim.new_page()
    page.route(f"{origin}/page", lambda route: route.fulfill(body="<body></body>"))
    page.goto(f"{origin}/page")
    headers = {} if service == "none" else {"Authorization": SIGNED.format(service)}

    responses = [
        page.evaluate(READ, [f"{origin}{path}", headers])
        for path in (
            "/",
            "/?Action=CreateTopic&Name=hostile-rebound",
            "/_ministack/health",
            "/_localstack/health",
            "/_aws/execute-api/abc/prod/api/session",
        )
    ]

    page.context.close()
    assert [status for status, _ in responses] == [403] * len(responses)
    assert "hostile" not in topics(sns)
