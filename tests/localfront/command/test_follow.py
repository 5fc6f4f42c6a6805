"""Following a control plane with scripted responses, reading by reading."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from localfront.aws.repeated_requests import RepeatedRequests
from localfront.cache.key import CacheKey, cache_key
from localfront.cache.store import Cache, Fresh
from localfront.command.follow import Follower, Refresh
from localfront.errors import ConfigError
from localfront.sources.configuration import Configuration
from localfront.sources.source import ConfigurationSource, Invalidation
from tests.localfront.factories import (
    DISTRIBUTION_ID,
    a_cache_policy,
    a_distribution,
    a_request,
    a_response,
    fresh_for,
)
from tests.localfront.fakes import FakeClock

FIRST = Configuration(distributions=(a_distribution(),))
SECOND = Configuration(distributions=(a_distribution(default_root_object="a.html"),))
UNREACHABLE = EndpointConnectionError(endpoint_url="http://127.0.0.1:4566")
DENIED = ClientError({"Error": {"Code": "AccessDenied"}}, "ListDistributions")
PATIENCE = 10  # seconds, before a test that hangs fails

Reading = Configuration | Exception


class EndOfScriptError(BaseException):
    """The script has no more readings, which ends the test's following."""


class ScriptedSource(ConfigurationSource):
    """Returns its readings in turn, and always the same invalidations."""

    def __init__(self, *readings: Reading) -> None:
        self.readings = list(readings)
        self.invalidations: list[Invalidation] = []
        self.forgotten = 0

    def read(self) -> Configuration:
        if not self.readings:
            raise EndOfScriptError
        reading = self.readings.pop(0)
        if isinstance(reading, Exception):
            raise reading
        return reading

    def forget(self) -> None:
        self.forgotten += 1

    def new_invalidations(
        self, configuration: Configuration, seen: Iterable[str]
    ) -> list[Invalidation]:
        return [i for i in self.invalidations if i.id not in set(seen)]


@dataclass(slots=True)
class Applied:
    """The applied configurations; refuses those that the test selects."""

    refused: dict[int, Exception] = field(default_factory=dict)
    configurations: list[Configuration] = field(default_factory=list)
    calls: int = 0

    async def __call__(self, configuration: Configuration) -> None:
        self.calls += 1
        if error := self.refused.get(self.calls):
            raise error
        self.configurations.append(configuration)


async def follow_to_the_end(follower: Follower) -> None:
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(EndOfScriptError):
            await follower.run()


async def nothing_published() -> None:
    """No published code, as in most tests."""


def following(
    plane: ConfigurationSource,
    applied: Applied,
    cache: Cache | None = None,
    *,
    refresh: Refresh = nothing_published,
    refresh_interval: float = 0,
    repeated: RepeatedRequests | None = None,
) -> Follower:
    return Follower(
        plane,
        cache or Cache(),
        applied,
        refresh,
        interval=0,
        refresh_interval=refresh_interval,
        repeated=repeated,
    )


async def test_the_first_configuration_is_applied() -> None:
    applied = Applied()

    started = await following(ScriptedSource(FIRST), applied).start()

    assert started == FIRST
    assert applied.configurations == [FIRST]


@pytest.mark.parametrize("error", [ConfigError("Mend it."), UNREACHABLE, DENIED])
async def test_without_a_first_configuration_it_does_not_start(error: Exception) -> None:
    applied = Applied()

    with pytest.raises(type(error)):
        await following(ScriptedSource(error), applied).start()

    assert applied.calls == 0


async def test_only_changes_are_applied(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "localfront")
    applied = Applied()
    same = Configuration(distributions=(a_distribution(),))
    follower = following(ScriptedSource(FIRST, same, SECOND, SECOND, FIRST), applied)

    await follower.start()
    await follow_to_the_end(follower)

    assert applied.configurations == [FIRST, SECOND, FIRST]
    assert caplog.messages == [f"configuration changed; distributions: {DISTRIBUTION_ID}"] * 2


async def test_the_last_distribution_may_be_removed(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "localfront")
    applied = Applied()
    follower = following(ScriptedSource(FIRST, Configuration()), applied)

    await follower.start()
    await follow_to_the_end(follower)

    assert applied.configurations[-1] == Configuration()
    assert caplog.messages == ["configuration changed; distributions: none"]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ConfigError("Mend it."), "Mend it."),
        (UNREACHABLE, "Could not connect"),
        (DENIED, "AccessDenied"),
        (KeyError("Items"), "KeyError: 'Items'"),
    ],
)
async def test_a_failed_reading_is_reported_once_and_the_next_good_one_applied(
    caplog: pytest.LogCaptureFixture, error: Exception, reason: str
) -> None:
    applied = Applied()
    follower = following(ScriptedSource(FIRST, error, error, error, SECOND), applied)

    await follower.start()
    await follow_to_the_end(follower)

    assert applied.configurations == [FIRST, SECOND]
    (message,) = caplog.messages
    assert message.startswith("still serving the last good configuration: ")
    assert reason in message


async def test_an_error_that_returns_after_a_good_reading_is_reported_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    follower = following(ScriptedSource(FIRST, UNREACHABLE, FIRST, UNREACHABLE), Applied())

    await follower.start()
    await follow_to_the_end(follower)

    assert len(caplog.messages) == 2


async def test_a_configuration_that_cannot_be_applied_is_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    refusal = ConfigError("The function is not there yet.")
    applied = Applied(refused={2: refusal, 3: refusal})
    follower = following(ScriptedSource(FIRST, SECOND, SECOND, SECOND), applied)

    await follower.start()
    await follow_to_the_end(follower)

    assert applied.configurations == [FIRST, SECOND]
    assert len(caplog.messages) == 1


async def test_a_requested_reload_reads_and_applies_everything_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "localfront")
    applied, refreshed = Applied(), Applied()
    source = ScriptedSource(FIRST, FIRST)

    async def refresh() -> None:
        refreshed.calls += 1

    follower = following(source, applied, refresh=refresh, refresh_interval=3600)

    await follower.start()
    follower.read_again()
    await follow_to_the_end(follower)

    assert applied.configurations == [FIRST, FIRST]
    assert (source.forgotten, refreshed.calls) == (1, 1)
    assert caplog.messages == [f"configuration read again; distributions: {DISTRIBUTION_ID}"]


def keep(cache: Cache, clock: FakeClock, path: str) -> CacheKey:
    key = cache_key(a_request(path), DISTRIBUTION_ID, a_cache_policy())
    cache.store(key, a_response(), lifetime=fresh_for(60), now=clock())
    return key


async def test_an_invalidation_removes_its_objects_once_and_no_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "localfront")
    cache, clock = Cache(), FakeClock()
    page, asset = keep(cache, clock, "/a.html"), keep(cache, clock, "/b.css")
    plane = ScriptedSource(FIRST, FIRST, FIRST)
    follower = following(plane, Applied(), cache)

    await follower.start()
    plane.invalidations.append(Invalidation(DISTRIBUTION_ID, "I1", ("/a.html",)))
    await follow_to_the_end(follower)

    assert not isinstance(cache.lookup(page, now=clock()), Fresh)
    assert isinstance(cache.lookup(asset, now=clock()), Fresh)
    assert caplog.messages == ["invalidation I1: 1 object dropped"]


async def test_an_invalidation_from_before_the_start_has_no_effect() -> None:
    cache, clock = Cache(), FakeClock()
    page = keep(cache, clock, "/a.html")
    plane = ScriptedSource(FIRST, FIRST)
    plane.invalidations.append(Invalidation(DISTRIBUTION_ID, "I0", ("/*",)))
    follower = following(plane, Applied(), cache)

    await follower.start()
    await follow_to_the_end(follower)

    assert isinstance(cache.lookup(page, now=clock()), Fresh)


@pytest.mark.proves("FN-018")
@pytest.mark.parametrize(("interval", "looks"), [(0, 3), (60, 0)])
async def test_published_code_is_polled_but_not_too_often(interval: float, looks: int) -> None:
    looked: list[None] = []

    async def refresh() -> None:
        looked.append(None)

    plane = ScriptedSource(FIRST, FIRST, FIRST, SECOND)
    follower = following(plane, Applied(), refresh=refresh, refresh_interval=interval)

    await follower.start()
    await follow_to_the_end(follower)

    assert len(looked) == looks


async def test_published_code_that_cannot_be_read_is_reported_and_delays_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    applied = Applied()

    async def refresh() -> None:
        raise ConfigError("Publish it.")

    follower = following(ScriptedSource(FIRST, SECOND, FIRST), applied, refresh=refresh)

    await follower.start()
    await follow_to_the_end(follower)

    assert applied.configurations == [FIRST, SECOND, FIRST]
    assert caplog.messages == ["still serving the last good configuration: Publish it."]
