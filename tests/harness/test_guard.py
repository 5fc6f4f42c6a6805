"""Which requests an emulator's guard accepts."""

import pytest

from harness.guard.rules import Admission, Guard, GuardedRequest, Refusal

KEY = "of-this-run"
AT_HOME = Guard(key=KEY)
SIGV4 = "AWS4-HMAC-SHA256 Credential=test/20261129/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"
FOR_S3, FOR_SNS = SIGV4.format("s3"), SIGV4.format("sns")
SIGNED_LINK = (
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test%2F20261129%2Fus-east-1%2Fs3%2Faws4_request"
    "&X-Amz-Date=20261129T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=0"
)
OLD_LINK = "AWSAccessKeyId=test&Signature=0&Expires=1"


def judged(
    method: str = "GET", target: str = "/", guard: Guard = AT_HOME, /, **headers: str
) -> Admission | Refusal:
    path, _, query = target.partition("?")
    lines = {"host": "127.0.0.1:4566"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    given = {name: (value,) for name, value in lines.items()}
    return guard.judge(GuardedRequest(method=method, path=path, query=query, headers=given))


def is_let_in(method: str, target: str = "/", guard: Guard = AT_HOME, /, **headers: str) -> bool:
    return isinstance(judged(method, target, guard, **headers), Admission)


@pytest.mark.parametrize("target", ["/?Action=CreateStack", "/2015-03-31/functions", "/pages/key"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_a_request_possible_without_a_preflight_is_refused_even_without_browser_headers(
    method: str, target: str
) -> None:
    assert not is_let_in(method, target)
    assert not is_let_in(method, target, authorization="Basic dGVzdDp0ZXN0")
    assert not is_let_in(method, target, authorization=f"Basic {FOR_SNS}")


def test_api_calls_need_a_signature_with_any_key() -> None:
    assert is_let_in("POST", authorization=FOR_SNS)
    assert is_let_in("GET", "/pages/key", authorization=FOR_S3)
    assert is_let_in("GET", "/2015-03-31/functions", x_emulator_key=KEY)
    assert not is_let_in("GET", "/2015-03-31/functions", x_emulator_key="another")


@pytest.mark.parametrize(
    "host",
    ["evil.test:4566", "evil.test", "localhost.evil.test", "127.0.0.1.evil.test", "evillocalhost",
     "localhost:4566@evil.test", "192.0.2.1", "", "[::1", "x.lambda-url.us-east-1.evil.test",
     "x.on.aws.evil.test", "evil.on.aws", "localhost, evil.test", "localhost:x"],
)  # fmt: skip
@pytest.mark.parametrize("target", ["/", "/_ministack/health", "/_aws/execute-api/a/prod/x"])
def test_a_possibly_rebound_host_name_is_refused_even_if_signed(host: str, target: str) -> None:
    assert not is_let_in("GET", target, host=host, authorization=FOR_SNS, x_emulator_key=KEY)


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:4566", "127.0.0.1:4566", "127.1.2.3", "[::1]:4566",
     "pages.s3.localhost:4566", "0a1b2c3d.execute-api.localhost:4566",
     "abc.lambda-url.us-east-1.on.aws"],
)  # fmt: skip
def test_names_of_this_machine_are_accepted(host: str) -> None:
    assert is_let_in("POST", "/", host=host, authorization=FOR_SNS)


def test_a_container_is_reachable_by_its_given_names() -> None:
    inside = Guard(
        key=KEY,
        names=frozenset({"cloudfront"}),
        domains=("localstack.cloud",),
        any_address=True,
    )
    for host in ("cloudfront:4566", "s3.localstack.cloud:4566", "172.18.0.3:4566"):
        assert is_let_in("POST", "/", inside, host=host, authorization=FOR_SNS)
        assert not is_let_in("POST", "/", host=host, authorization=FOR_SNS)
    assert not is_let_in("POST", "/", inside, host="evil.test", authorization=FOR_SNS)


@pytest.mark.parametrize(
    "target",
    ["/_aws/execute-api/abc/prod/api/logs", "/_aws/execute-api/abc/", "/_aws/lambda-url/abc",
     "/_aws/lambda-url/abc/x\ny", "/restapis/abc/prod/_user_request_/api"],
)  # fmt: skip
def test_endpoints_public_on_aws_accept_every_page_and_viewer(target: str) -> None:
    for site in ("cross-site", "same-site", "none"):
        headers = {"sec_fetch_site": site, "origin": "https://ferengi.example"}
        assert judged("POST", target, **headers) is Admission.PUBLIC
        assert judged("OPTIONS", target, **headers) is Admission.PUBLIC


@pytest.mark.parametrize(
    "target",
    ["/_aws/execute-api/?Action=CreateTopic", "/_aws/execute-api//prod/x", "/_aws/lambda-url/",
     "/_aws/execute-api/abc?Action=CreateTopic", "/_aws/execute-api", "/_aws/sqs/messages",
     "/restapis/abc/prod/_user_request", "/restapis/abc/stages/prod",
     "/restapis/abc/prod/_user_request_x", "/_aws/execute-api/abc/prod/@connections/1",
     "/restapis/abc/prod/_user_request_/@connections/1"],
)  # fmt: skip
def test_a_path_that_resembles_a_public_one_is_an_api_call(target: str) -> None:
    assert not is_let_in("POST", target)
    assert is_let_in("POST", target, authorization=FOR_SNS)


def test_a_public_path_under_a_services_host_name_is_an_api_call() -> None:
    host = "abc.us-east-1.aoss.localhost:4566"

    assert not is_let_in("POST", "/_aws/execute-api/abc/prod/x", host=host)


def test_public_host_names_are_open_except_for_the_emulators_own_paths() -> None:
    guard = Guard(key=KEY, public_by_host=True)
    host = "abc.lambda-url.us-east-1.localhost:4566"

    assert judged("POST", "/any", guard, host=host) is Admission.PUBLIC
    assert not is_let_in("POST", "/any", host=host)
    for path in ("/_localstack/state/reset", "/_aws/sqs/messages", "/p/@connections/1"):
        assert not is_let_in("POST", path, guard, host=host)
    assert not is_let_in("POST", "/any", guard, host="abc.s3.localhost:4566")


@pytest.mark.parametrize(
    "path", ["/_ministack/reset", "/_ministack/config", "/_localstack/state/reset"]
)
def test_the_administration_needs_the_key(path: str) -> None:
    assert not is_let_in("POST", path)
    assert not is_let_in("POST", path, authorization=FOR_SNS)
    assert is_let_in("POST", path, x_emulator_key=KEY)


def test_the_health_check_is_public_and_reveals_nothing_else() -> None:
    assert judged("GET", "/_ministack/health") is Admission.HARMLESS
    assert not is_let_in("POST", "/_localstack/health")


@pytest.mark.parametrize("link", [SIGNED_LINK, OLD_LINK])
def test_a_presigned_url_only_reads_and_writes_an_object(link: str) -> None:
    for method in ("GET", "HEAD", "PUT"):
        assert judged(method, f"/pages/a/key?{link}") is Admission.LINK
        assert is_let_in(method, f"/pages/a/key?{link}&response-content-type=text/plain")
        for more in ("Action=CreateStack", "policy", "acl", "tagging"):
            assert not is_let_in(method, f"/pages/a/key?{link}&{more}")
    for method, path in (("POST", "/pages/key"), ("DELETE", "/pages/key"), ("GET", "/pages"),
                         ("PUT", "/"), ("GET", "/_ministack/reset"), ("GET", "/v2/x")):  # fmt: skip
        assert not is_let_in(method, f"{path}?{link}")
    assert not is_let_in("PUT", f"/pages/key?{link}", x_amz_target="DynamoDB_20120810.Scan")


@pytest.mark.parametrize("target", [f"/pages/key?{SIGNED_LINK}", "/_ministack/lambda-code/fn"])
def test_a_presigned_url_requested_by_a_cross_site_page_is_refused(target: str) -> None:
    assert is_let_in("GET", target)
    assert is_let_in("GET", target, sec_fetch_site="none")
    for site in ("cross-site", "same-site", "anything new"):
        assert not is_let_in("GET", target, sec_fetch_site=site)
    assert not is_let_in("GET", target, origin="https://localhost:8443")


def test_internal_urls_accept_only_their_own_method_and_query() -> None:
    assert is_let_in("PUT", "/_ministack/cfn-response/0a-1b")
    for method, target in (
        ("POST", "/_ministack/lambda-code/fn"),
        ("GET", "/_ministack/lambda-layers/x?Action=CreateTopic"),
        ("GET", "/_ministack/cfn-response/0a-1b"),
    ):
        assert not is_let_in(method, target)


def test_a_browser_request_signed_by_localfront_reaches_only_objects() -> None:
    browser = {"origin": "https://ferengi.example", "sec_fetch_site": "cross-site"}

    assert is_let_in("PUT", "/pages/key", authorization=FOR_S3, **browser)
    assert is_let_in("OPTIONS", "/pages/key", authorization=FOR_S3, **browser)
    assert not is_let_in("POST", "/", authorization=FOR_SNS, **browser)
    assert not is_let_in("POST", "/?Action=CreateTopic", authorization=FOR_S3, **browser)
    target = "DynamoDB_20120810.Scan"
    assert not is_let_in("POST", "/pages", authorization=FOR_S3, x_amz_target=target, **browser)
