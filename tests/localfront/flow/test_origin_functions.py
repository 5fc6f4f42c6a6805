"""`cf.updateRequestOrigin()` and its siblings: the real engine in a whole pipeline."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from localfront.cloudfront_functions.event_object import EDGE_LOCATION
from localfront.cloudfront_functions.origin_steps import WithOrigin
from localfront.config.distribution import FunctionAssociation, Origin, OriginGroup
from localfront.config.policies import OriginRequestPolicy
from tests.localfront.cloudfront_functions.running import returned, run_code
from tests.localfront.factories import ALL, HOST, a_behavior, a_request, a_response, an_error_page
from tests.localfront.fakes import ReceivedRequest
from tests.localfront.sites import Edge, site

ARN = "arn:aws:cloudfront::123456789012:function/router"
PAGES = Origin(
    id="pages",
    domain_name="pages.s3.us-east-1.amazonaws.com",
    is_s3=True,
    origin_access_control="always",
    custom_headers=(("X-Own", "1"),),
)
API = Origin(id="api", domain_name="api.example.com", origin_path="/v1", read_timeout=40)
HIDDEN = Origin(id="hidden", domain_name="internal.example.com", is_private=True)
MOVED = {
    "domainName": "www.example.org",
    "originPath": "/new",
    "hostHeader": "host.example.org",
    "sni": "sni.example.org",
    "allowedCertificateNames": ["*.example.org"],
    "customHeaders": {"x-stage": "test"},
    "connectionAttempts": 2,
    "originShield": {"enabled": True, "region": "us-east-2"},
    "timeouts": {
        "readTimeout": 7,
        "connectionTimeout": 3,
        "keepAliveTimeout": 9,
        "responseCompletionTimeout": 20,
    },
    "customOriginConfig": {"port": 8443, "protocol": "https", "sslProtocols": ["TLSv1.2"]},
    "originAccessControlConfig": {"enabled": False},
}


def in_engine(code: str, at: str = "viewer-request") -> Any:
    """A function's body: the script's handler, run as the worker runs it."""
    edge = EDGE_LOCATION if at == "viewer-request" else {}

    def body(event: Mapping[str, Any]) -> object:
        facts = json.dumps({"raw": "a=1&a", "edge": edge})
        outcome = run_code(f"import cf from 'cloudfront';\n{code}", dict(event), facts=facts)
        value = returned(outcome)
        return WithOrigin(value, outcome.origin) if outcome.origin else value

    return body


def calling(*calls: str) -> str:
    return f"function handler(event) {{ {'; '.join(calls)}; return event.request; }}"


def routed(code: str, *, behavior: Any = None, **more: Any) -> Edge:
    attached = FunctionAssociation(event_type="viewer-request", function_arn=ARN)
    default = a_behavior(function_associations=(attached,), **(behavior or {}))
    more = {"responses": {"/a": a_response()}, "origins": (PAGES, API, HIDDEN), **more}
    return site(default=default, returns=in_engine(code), **more)


async def origin_request(code: str, **more: Any) -> ReceivedRequest:
    """The request as an origin received it."""
    edge = routed(code, **more)
    await edge.get("/a")
    return edge.origins.received[-1]


@pytest.mark.proves("FN-022", "FN-027")
async def test_all_properties_of_an_origin_can_be_changed() -> None:
    sent = await origin_request(calling(f"cf.updateRequestOrigin({json.dumps(MOVED)})"))

    assert sent.origin == Origin(
        id="www.example.org",
        domain_name="www.example.org",
        origin_path="/new",
        custom_headers=(("X-Stage", "test"),),
        protocol_policy="https-only",
        https_port=8443,
        connection_attempts=2,
        connection_timeout=3,
        read_timeout=7,
        keepalive_timeout=9,
        response_completion_timeout=20,
        host_header="host.example.org",
        sni="sni.example.org",
    )
    assert sent.request.uri == "/new/a"
    assert sent.request.headers.get("host") == "host.example.org"
    assert sent.request.headers.get("x-stage") == "test"


@pytest.mark.proves("FN-022")
async def test_omitted_origin_properties_are_unchanged() -> None:
    sent = await origin_request(calling("cf.updateRequestOrigin({originPath: '/deep'})"))

    assert sent.origin_id == "pages"
    assert sent.origin.origin_access_control == "always"
    assert sent.origin.custom_headers == (("X-Own", "1"),)
    assert sent.request.uri == "/deep/a"


@pytest.mark.proves("FN-027")
async def test_a_new_domain_is_the_host_even_if_the_viewers_is_forwarded() -> None:
    policy = OriginRequestPolicy(id="all", headers=ALL)
    viewers = {"origin_request_policy": policy}

    moved = await origin_request(
        calling("cf.updateRequestOrigin({domainName: 'b.example.org'})"), behavior=viewers
    )
    chosen = await origin_request(calling("cf.selectRequestOriginById('api')"), behavior=viewers)

    assert moved.request.headers.get("host") == "b.example.org"
    assert chosen.request.headers.get("host") == HOST


@pytest.mark.proves("FN-027")
async def test_a_request_can_be_routed_to_a_bucket_with_its_access_control() -> None:
    bucket = "other.s3.eu-west-1.amazonaws.com"
    access = '{enabled: true, signingBehavior: "no-override", signingProtocol: "sigv4", originType: "s3"}'
    call = (
        f"cf.updateRequestOrigin({{domainName: '{bucket}', originAccessControlConfig: {access}}})"
    )

    sent = await origin_request(calling("cf.selectRequestOriginById('api')", call))

    assert (sent.origin.is_s3, sent.origin.origin_access_control) == (True, "no-override")
    assert sent.request.headers.get("host") == bucket


@pytest.mark.proves("FN-022")
async def test_an_origin_is_selected_with_all_its_settings_and_overrides() -> None:
    plain = await origin_request(calling("cf.selectRequestOriginById('api')"))
    host = await origin_request(
        calling("cf.selectRequestOriginById('api', {hostHeader: 'h.example.org'})")
    )

    assert plain.origin == API
    assert plain.request.uri == "/v1/a"
    assert host.request.headers.get("host") == "h.example.org"
    assert (await origin_request(calling("cf.selectRequestOriginById('hidden')"))).origin == HIDDEN


@pytest.mark.proves("FN-022")
async def test_an_origin_group_can_be_created_for_a_request() -> None:
    group = {
        "originIds": [{"originId": "api", "originOverrides": {"sni": "s.example.org"}}, "pages"],
        "failoverCriteria": {"statusCodes": [503]},
    }
    down, well = a_response(503), a_response()
    edge = routed(
        calling(f"cf.createRequestOriginGroup({json.dumps(group)})"),
        responses={"/v1/a": down, "/a": well},
    )

    response = await edge.get("/a")

    assert response.status == 200
    assert [one.origin_id for one in edge.origins.received] == ["api", "pages"]
    assert edge.origins.received[0].origin.sni == "s.example.org"


@pytest.mark.proves("FN-022")
async def test_updating_a_groups_origin_changes_the_primary_and_keeps_failover() -> None:
    group = OriginGroup(
        id="both", primary="pages", secondary="api", failover_status_codes=frozenset({403})
    )
    edge = routed(
        calling("cf.updateRequestOrigin({domainName: 'b.example.org'})"),
        responses={"/a": a_response(403), "/v1/a": a_response()},
        origin_groups=(group,),
        behavior={"target_origin_id": "both"},
    )

    response = await edge.get("/a")

    assert response.status == 200
    domains = [one.origin.domain_name for one in edge.origins.received]
    assert domains == ["b.example.org", "api.example.com"]


async def test_an_error_page_is_fetched_from_its_own_behaviors_origin() -> None:
    page = an_error_page(404, response_page_path="/oops.html")
    edge = routed(
        calling("cf.selectRequestOriginById('api')"),
        responses={"/v1/a": a_response(404), "/oops.html": a_response(body=b"oops")},
        error_pages=(page,),
    )

    assert (await edge.get("/a")).body == b"oops"
    assert [one.origin_id for one in edge.origins.received] == ["api", "pages"]


@pytest.mark.proves("FN-022")
@pytest.mark.parametrize(
    "call",
    [
        "cf.selectRequestOriginById('nowhere')",
        "cf.selectRequestOriginById('hidden'); cf.updateRequestOrigin({originPath: '/a'})",
        "cf.updateRequestOrigin('api')",
        "cf.updateRequestOrigin({domainName: 'a.example.com:81'})",
        "cf.updateRequestOrigin({domainName: '127.0.0.1'})",
        "cf.updateRequestOrigin({originPath: '/a/'})",
        "cf.updateRequestOrigin({hostHeader: 'a b'})",
        "cf.updateRequestOrigin({customHeaders: {'x-a': 'b\\r\\nx: y'}})",
        "cf.updateRequestOrigin({customHeaders: {'X-A': 'b'}})",
        "cf.updateRequestOrigin({customHeaders: {'connection': 'b'}})",
        "cf.updateRequestOrigin({customHeaders: {'user-agent': 'b'}})",
        "cf.updateRequestOrigin({connectionAttempts: 4})",
        "cf.updateRequestOrigin({timeouts: {readTimeout: 121}})",
        "cf.updateRequestOrigin({timeouts: {responseCompletionTimeout: 1}})",
        "cf.updateRequestOrigin({customOriginConfig: {port: 443}, domainName: 'a.example.com'})",
        "cf.updateRequestOrigin({originAccessControlConfig: {enabled: true}})",
        "cf.updateRequestOrigin({allowedCertificateNames: ['*.*']})",
        "cf.createRequestOriginGroup({originIds: ['api']})",
        "cf.createRequestOriginGroup({originIds: ['api', 'pages']})",
        "cf.createRequestOriginGroup({originIds: ['api', 'nowhere'], failoverCriteria: {statusCodes: [500]}})",
    ],
)
async def test_an_invalid_origin_is_a_502_without_a_connection(call: str) -> None:
    edge = routed(calling(call))

    response = await edge.respond(a_request("/a", headers=[("User-Agent", "test")]))

    assert response.status == 502
    assert edge.origins.received == []
    assert edge.functions.refusals[0].rule == "FN-022"


@pytest.mark.proves("FN-022")
def test_an_origin_can_be_changed_only_at_viewer_request() -> None:
    code = "import cf from 'cloudfront';function handler() { cf.updateRequestOrigin({}); }"

    assert "works at viewer-request alone" in run_code(code).error


@pytest.mark.proves("FN-023")
async def test_origin_functions_get_the_raw_query_string_and_the_edge_location() -> None:
    edge = routed(
        "function handler(event) { return {statusCode: 200, "
        "body: event.request.rawQueryString() + ' ' + cf.edgeLocation.name}; }"
    )

    assert (await edge.get("/a?a=1&a")).body == b"a=1&a LOC"
