"""AWS's less usual managed policies: their effect on origin requests and responses."""

from __future__ import annotations

import pytest

from localfront.http_messages.messages import Headers, Request
from tests.localfront.described_sites import described, sent_for
from tests.localfront.factories import a_response
from tests.localfront.sites import Edge, x_cache

HIT, MISS = "Hit from cloudfront", "Miss from cloudfront"
AMPLIFY = "2e54312d-136d-493c-8eb9-b001f22f67d2"
MEDIA_PACKAGE = "08627262-05a9-4f76-9ded-b50ca2e3a84f"
DAY = 86_400  # seconds
TEXT = b"In the year 2266. " * 100
VIEWER = "X-Localfront-Viewer"


def cached_by(policy: str, *sent: tuple[str, str]) -> Edge:
    lines = [("Content-Type", "text/html"), ("Content-Length", str(len(TEXT))), *sent]
    return described(CachePolicyId=policy, origin_response=a_response(body=TEXT, headers=lines))


async def distinguished(policy: str, target: str, *lines: tuple[str, str]) -> bool:
    """Whether a request has an object of its own, beside that of a plain one."""
    edge = cached_by(policy)
    await edge.get("/x")
    return x_cache(await edge.get(target, headers=lines)) == MISS


@pytest.mark.parametrize(
    ("target", "lines"),
    [
        ("/x?a=1", []),
        ("/x", [("Cookie", "a=1")]),
        ("/x", [("Authorization", "Basic a")]),
        ("/x", [(VIEWER, "country=DE")]),
    ],
)
@pytest.mark.proves("PO-010")
async def test_amplifys_policy_has_viewer_specific_values_in_the_key(
    target: str, lines: list[tuple[str, str]]
) -> None:
    assert await distinguished(AMPLIFY, target, *lines)
    assert not await distinguished(AMPLIFY, "/x", ("Origin", "https://a.test"))


@pytest.mark.parametrize(
    ("policy", "sent", "kept"),
    [
        (AMPLIFY, "", 2),
        (AMPLIFY, "max-age=0", 2),
        (AMPLIFY, "max-age=9999", 600),
        (MEDIA_PACKAGE, "", DAY),
        (MEDIA_PACKAGE, "max-age=0", 0),
    ],
)
@pytest.mark.proves("PO-010")
async def test_managed_policies_cache_objects_for_the_documented_ttls(
    policy: str, sent: str, kept: int
) -> None:
    edge = cached_by(policy, *([("Cache-Control", sent)] if sent else []))

    await edge.get("/x")
    edge.clock.advance(max(kept - 1, 0))
    before = await edge.get("/x")
    edge.clock.advance(1)
    after = await edge.get("/x")

    assert x_cache(before) == (HIT if kept else MISS)
    assert x_cache(after) == MISS


@pytest.mark.parametrize("policy", [AMPLIFY, MEDIA_PACKAGE])
@pytest.mark.proves("PO-010")
async def test_only_amplifys_policy_caches_brotli(policy: str) -> None:
    edge = cached_by(policy)

    response = await edge.get("/x", headers=[("Accept-Encoding", "gzip, br")])

    coding = "br" if policy == AMPLIFY else "gzip"
    assert response.headers.get("content-encoding") == coding


@pytest.mark.parametrize("name", ["aws.manifestfilter", "start", "end", "m"])
@pytest.mark.proves("PO-010")
async def test_media_packages_policy_has_four_parameters_and_origin_in_the_key(name: str) -> None:
    assert await distinguished(MEDIA_PACKAGE, f"/x?{name}=1")
    assert await distinguished(MEDIA_PACKAGE, "/x", ("Origin", "https://a.test"))
    assert not await distinguished(MEDIA_PACKAGE, "/x?other=1", ("Cookie", "a=1"))


async def sent_by(policy: str) -> Request:
    edge = described(OriginRequestPolicyId=policy)
    return await sent_for(
        edge,
        "/x?q=1",
        cookie="a=1",
        origin="https://a.test",
        referer="https://a.test/page",
        user_agent="Starfleet",
        x_own="1",
    )


ASKED = {"origin", "referer", "user-agent", "x-own", "cookie"}


@pytest.mark.parametrize(
    ("policy", "host", "query", "names"),
    [
        pytest.param("bf0718e1-ba1e-49d1-88b1-f726733018ae", "logs.example.com", "", set(),
                     id="HostHeaderOnly"),
        pytest.param("acba4595-bd28-49b8-b9fe-13317c0390fa", None, "", {"referer", "user-agent"},
                     id="UserAgentRefererHeaders"),
        pytest.param("775133bc-15f2-49f9-abea-afb2e0bf67d2", None, "q=1", {"origin", "user-agent"},
                     id="Elemental-MediaTailor-PersonalizedManifests"),
    ],
)  # fmt: skip
@pytest.mark.proves("PO-015")
async def test_a_managed_origin_request_policy_forwards_the_documented_values(
    policy: str, host: str | None, query: str, names: set[str]
) -> None:
    sent = await sent_by(policy)

    theirs = {n for n in sent.headers.names() & ASKED if sent.headers.get(n) != "Amazon CloudFront"}
    assert theirs == names
    assert sent.querystring == query
    assert (sent.headers.get("host") == "logs.example.com") is (host is not None)


async def headers_of(policy: str, *sent: tuple[str, str]) -> Headers:
    edge = described(ResponseHeadersPolicyId=policy)
    return (await edge.get("/x", headers=sent)).headers


@pytest.mark.parametrize(
    ("policy", "exposed"),
    [
        pytest.param("e61eb60c-9c35-4d20-a928-2b84e02af89c", None, id="CORS-and-SecurityHeaders"),
        pytest.param("eaab4381-ed33-4a86-88ca-d9558dc6cd63", "*", id="with preflight"),
    ],
)
@pytest.mark.proves("PO-018")
async def test_the_combined_policies_allow_any_origin_and_set_security_headers(
    policy: str, exposed: str | None
) -> None:
    headers = await headers_of(policy, ("Origin", "https://a.test"))

    assert headers.get("access-control-allow-origin") == "*"
    assert headers.get("access-control-expose-headers") == exposed
    assert headers.get("strict-transport-security") == "max-age=31536000"
    assert headers.get("x-content-type-options") == "nosniff"
    assert "access-control-allow-origin" not in await headers_of(policy)
