"""Origin groups: when the secondary origin is used, and what the viewer gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from localfront.config.distribution import Origin, OriginGroup
from localfront.errors import OriginError
from localfront.exchange.outcome import HIT, Outcome
from localfront.flow.cached_objects import Objects
from localfront.http_messages.bodies import Body
from localfront.http_messages.messages import Request, Response
from localfront.origins.failures import NO_CONNECTION, NO_RESPONSE, NOT_CONNECTED, Failure
from tests.localfront.factories import (
    a_behavior,
    a_cache_policy,
    a_distribution,
    a_request,
    a_response,
    a_visit,
    an_api_origin,
    an_origin,
)
from tests.localfront.fakes import FakeClock, objects_of
from tests.localfront.streams import Pieces, whole

SECONDARY = a_response(200, b"secondary")


@dataclass(slots=True)
class TwoOrigins:
    """The responses of each origin, by id."""

    responses: Mapping[str, Response | OriginError]
    received: list[str] = field(default_factory=list)

    async def fetch(
        self, request: Request, body: Body, *, origin: Origin, distribution_arn: str
    ) -> Response:
        self.received.append(origin.id)
        response = self.responses[origin.id]
        if isinstance(response, OriginError):
            raise response
        return response


@dataclass(slots=True, kw_only=True)
class Group:
    primary: Response | OriginError
    secondary: Response | OriginError = SECONDARY
    codes: frozenset[int] = frozenset({500, 503, 504})
    origins: TwoOrigins = field(init=False)
    objects: Objects = field(init=False)

    def __post_init__(self) -> None:
        responses = {"pages": self.primary, "spare": self.secondary}
        self.origins = TwoOrigins(responses)
        clock = FakeClock()
        self.objects = objects_of(self.origins, clock)

    async def get(self, method: str = "GET", **behavior: Any) -> Outcome:
        served_by = a_behavior(
            **{
                "target_origin_id": "both",
                "cache_policy": a_cache_policy(default_ttl=60),
                **behavior,
            }
        )
        distribution = a_distribution(
            origins=(an_origin(), an_api_origin(id="spare")),
            origin_groups=(
                OriginGroup(
                    id="both",
                    primary="pages",
                    secondary="spare",
                    failover_status_codes=self.codes,
                ),
            ),
            default_cache_behavior=served_by,
            cache_behaviors=(),
        )
        outcome = await self.objects.get(
            a_visit(
                request=a_request("/a", method=method),
                distribution=distribution,
                behavior=served_by,
            )
        )
        return outcome


@pytest.mark.proves("OG-007", "OG-012")
@pytest.mark.parametrize("status", [400, 403, 404, 416, 429, 500, 502, 503, 504])
async def test_a_listed_status_code_fails_over(status: int) -> None:
    group = Group(primary=a_response(status), codes=frozenset({status}))

    outcome = await group.get()

    assert outcome.response.body == b"secondary"
    assert group.origins.received == ["pages", "spare"]


@pytest.mark.proves("OG-011")
@pytest.mark.parametrize("status", [200, 204, 301, 304, 403, 404, 502])
async def test_any_other_response_of_the_primary_is_final(status: int) -> None:
    group = Group(primary=a_response(status, b"" if status in (204, 304) else b"p"))

    outcome = await group.get()

    assert outcome.response.status == status
    assert group.origins.received == ["pages"]


@pytest.mark.proves("OG-008")
@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (NOT_CONNECTED, 503),
        (NOT_CONNECTED, 502),
        (NO_CONNECTION, 503),
        (NO_RESPONSE, 504),
    ],
)
async def test_failover_treats_a_failed_connection_as_503_and_a_timeout_as_504(
    failure: Failure, code: int
) -> None:
    error = failure.error("Origin 'pages'", "failed")
    other = ({502, 503, 504} - set(error.failover_on)).pop()

    follows = Group(primary=error, codes=frozenset({code}))
    stays = Group(primary=error, codes=frozenset({other}))

    assert (await follows.get()).response.body == b"secondary"
    assert (await stays.get()).response.status == error.status


@pytest.mark.proves("OG-009")
@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "DELETE", "OPTIONS"])
async def test_other_methods_do_not_fail_over(method: str) -> None:
    group = Group(primary=a_response(503))

    outcome = await group.get(method)

    assert outcome.response.status == 503
    assert group.origins.received == ["pages"]


@pytest.mark.proves("OG-009")
async def test_options_fails_over_if_it_is_a_cached_method() -> None:
    group = Group(primary=a_response(503))

    await group.get("OPTIONS", cached_methods=frozenset({"GET", "HEAD", "OPTIONS"}))

    assert group.origins.received == ["pages", "spare"]


@pytest.mark.proves("OG-010")
async def test_each_request_tries_the_primary_first() -> None:
    group = Group(primary=a_response(503), secondary=a_response(503))

    await group.get(cache_policy=a_cache_policy(max_ttl=0, default_ttl=0))
    await group.get(cache_policy=a_cache_policy(max_ttl=0, default_ttl=0))

    assert group.origins.received == ["pages", "spare"] * 2


@pytest.mark.proves("OG-013")
async def test_a_hit_contacts_neither_origin() -> None:
    group = Group(primary=a_response(503))
    await group.get()

    outcome = await group.get()

    assert (outcome.x_cache, outcome.response.body) == (HIT, b"secondary")
    assert group.origins.received == ["pages", "spare"]


async def test_the_body_of_the_failed_response_is_closed() -> None:
    body = Pieces([b"sorry"])
    group = Group(primary=a_response(503, body))

    await group.get()

    assert body.closed
    assert body.read == 0


async def test_when_both_fail_the_viewer_gets_the_secondarys_response() -> None:
    group = Group(primary=a_response(503), secondary=a_response(504, b"spare"))

    outcome = await group.get()

    assert (outcome.response.status, outcome.response.body) == (504, b"spare")


@pytest.mark.proves("RT-009")
async def test_a_behavior_may_target_a_member_of_a_group_directly() -> None:
    group = Group(primary=a_response(503, b"primary"))

    outcome = await group.get(target_origin_id="pages")

    assert (await whole(outcome.response)).body == b"primary"
