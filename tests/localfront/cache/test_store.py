from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.cache.invalidation import named_by
from localfront.cache.key import CacheKey
from localfront.cache.store import OVERHEAD_BYTES, Absent, Cache, Fresh, Lookup, Stale
from localfront.http_messages.messages import Response
from tests.localfront.factories import DISTRIBUTION_ID, a_response, fresh_for


def a_key(uri: str = "/a", **changes: Any) -> CacheKey:
    return CacheKey(distribution_id=DISTRIBUTION_ID, uri=uri, **changes)


PAGE = a_response()


def test_a_key_that_was_never_stored_is_a_miss() -> None:
    assert Cache().lookup(a_key(), now=0) == Absent()


@pytest.mark.proves("CA-020")
def test_a_response_is_fresh_until_its_ttl_is_over() -> None:
    cache = Cache()
    cache.store(a_key(), PAGE, lifetime=fresh_for(60), now=100)

    assert isinstance(cache.lookup(a_key(), now=159.9), Fresh)
    assert isinstance(cache.lookup(a_key(), now=160), Stale)


@pytest.mark.proves("RV-006")
def test_a_stored_response_has_its_age_in_whole_seconds() -> None:
    cache = Cache()
    cache.store(a_key(), PAGE, lifetime=fresh_for(60), now=100)

    found = cache.lookup(a_key(), now=107.9)

    assert isinstance(found, Fresh)
    assert found.stored.age(107.9) == 7
    assert found.stored.age(99) == 0


@pytest.mark.proves("CA-020")
def test_a_newer_response_replaces_the_older() -> None:
    cache = Cache()
    newer = a_response(body=b"newer")
    cache.store(a_key(), PAGE, lifetime=fresh_for(60), now=100)
    cache.store(a_key(), newer, lifetime=fresh_for(60), now=100)

    found = cache.lookup(a_key(), now=100)

    assert isinstance(found, Fresh)
    assert found.stored.response is newer
    assert len(cache) == 1


def test_an_uncacheable_response_removes_the_stored_one() -> None:
    cache = Cache()
    cache.store(a_key(), PAGE, lifetime=fresh_for(60), now=100)

    assert not cache.store(a_key(), PAGE, lifetime=fresh_for(0), now=100)
    assert cache.lookup(a_key(), now=100) == Absent()


def test_a_response_larger_than_the_cache_is_not_stored() -> None:
    cache = Cache(max_bytes=OVERHEAD_BYTES + 10)
    cache.store(a_key("/small"), a_response(body=b"x" * 10), lifetime=fresh_for(60), now=0)

    assert not cache.store(
        a_key("/large"), a_response(body=b"x" * 11), lifetime=fresh_for(60), now=0
    )
    assert isinstance(cache.lookup(a_key("/small"), now=0), Fresh)


def test_the_least_recently_used_object_is_evicted_first() -> None:
    cache = Cache(max_bytes=2 * (OVERHEAD_BYTES + 10))
    page = a_response(body=b"x" * 10)
    cache.store(a_key("/a"), page, lifetime=fresh_for(60), now=0)
    cache.store(a_key("/b"), page, lifetime=fresh_for(60), now=0)
    cache.lookup(a_key("/a"), now=0)
    cache.store(a_key("/c"), page, lifetime=fresh_for(60), now=0)

    assert isinstance(cache.lookup(a_key("/a"), now=0), Fresh)
    assert cache.lookup(a_key("/b"), now=0) == Absent()


@pytest.mark.parametrize(
    ("path", "gone"),
    [
        pytest.param("/a/b", ["/a/b"], id="exact", marks=pytest.mark.proves("IN-001")),
        pytest.param("/A/b", [], id="with case", marks=pytest.mark.proves("IN-001")),
        pytest.param("/a/*", ["/a/", "/a/b", "/a/b?q=1"], id="a folder"),
        pytest.param("/a*", ["/a", "/a/", "/a/b", "/a/b?q=1", "/ab"], id="a prefix"),
        pytest.param("/*b", [], id="a star elsewhere is literal"),
        pytest.param("/*", ["/", "/a", "/a/", "/a/b", "/a/b?q=1", "/ab"], id="everything"),
        pytest.param("/a/b?q=1", ["/a/b?q=1"], id="variant", marks=pytest.mark.proves("IN-003")),
        pytest.param(
            "/a/b*",
            ["/a/b", "/a/b?q=1"],
            id="all variants",
            marks=pytest.mark.proves("IN-003"),
        ),
    ],
)
@pytest.mark.proves("IN-002")
def test_an_invalidation_drops_the_objects_that_its_path_matches(
    path: str, gone: list[str]
) -> None:
    cache = Cache()
    targets = ["/", "/a", "/a/", "/a/b", "/a/b?q=1", "/ab"]
    keys = {
        target: a_key(target.partition("?")[0], querystring=target.partition("?")[2])
        for target in targets
    }
    for key in keys.values():
        cache.store(key, PAGE, lifetime=fresh_for(60), now=0)

    dropped = cache.invalidate(DISTRIBUTION_ID, named_by([path]))

    assert [t for t in targets if cache.lookup(keys[t], now=0) == Absent()] == gone
    assert dropped == len(gone)


@pytest.mark.proves("IN-004")
def test_an_invalidation_drops_all_variants_at_once() -> None:
    cache = Cache()
    cache.store(a_key(cookies="a=1"), PAGE, lifetime=fresh_for(60), now=0)
    cache.store(a_key(accept_encoding="gzip"), PAGE, lifetime=fresh_for(60), now=0)

    assert cache.invalidate(DISTRIBUTION_ID, named_by(["/a"])) == 2


def test_an_invalidation_leaves_other_distributions_alone() -> None:
    cache = Cache()
    cache.store(a_key(), PAGE, lifetime=fresh_for(60), now=0)

    assert cache.invalidate("E2", named_by(["/*"])) == 0


def test_invalidation_paths_may_be_applied_one_by_one() -> None:
    cache = Cache()
    cache.store(a_key("/a"), PAGE, lifetime=fresh_for(60), now=0)
    cache.store(a_key("/b/c"), PAGE, lifetime=fresh_for(60), now=0)

    assert cache.invalidate(DISTRIBUTION_ID, named_by(p for p in ("/a", "/b/*"))) == 2


@dataclass(slots=True)
class Model:
    """A model of the cache: a list, least recently used first, limited in size."""

    max_bytes: int
    entries: list[tuple[str, bytes, float]] = field(default_factory=list)

    def store(self, uri: str, body: bytes, ttl: int, now: float) -> bool:
        self.entries = [entry for entry in self.entries if entry[0] != uri]
        if ttl <= 0 or len(body) + OVERHEAD_BYTES > self.max_bytes:
            return False
        self.entries.append((uri, body, now + ttl))
        while self.size() > self.max_bytes:
            self.entries.pop(0)
        return True

    def lookup(self, uri: str, now: float) -> tuple[str, bytes] | None:
        for entry in self.entries:
            if entry[0] == uri:
                self.entries.remove(entry)
                self.entries.append(entry)
                return ("Fresh" if now < entry[2] else "Stale", entry[1])
        return None

    def size(self) -> int:
        return sum(len(body) + OVERHEAD_BYTES for _, body, _ in self.entries)


def seen(found: Lookup) -> tuple[str, bytes] | None:
    match found:
        case Fresh(stored) | Stale(stored):
            return type(found).__name__, stored.response.held
        case Absent():
            return None


URIS = st.sampled_from(["/a", "/b", "/c", "/d"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("store"), URIS, st.integers(0, 2500), st.integers(-1, 20)),
        st.tuples(st.just("lookup"), URIS, st.just(0), st.just(0)),
    ),
    max_size=30,
)


@given(STEPS, st.sampled_from([0, 1000, 2048, 4000, 6000]))
def test_the_cache_behaves_like_a_plain_list(
    steps: list[tuple[str, str, int, int]], max_bytes: int
) -> None:
    cache, model = Cache(max_bytes), Model(max_bytes)

    for now, (step, uri, size, ttl) in enumerate(steps):
        if step == "store":
            body = bytes(size)
            page = Response(status=200, body=body)
            stored = cache.store(a_key(uri), page, lifetime=fresh_for(ttl), now=now)
            assert stored == model.store(uri, body, ttl, now)
        else:
            assert seen(cache.lookup(a_key(uri), now=now)) == model.lookup(uri, now)

    assert len(cache) == len(model.entries)
    assert model.size() <= max_bytes


@pytest.mark.parametrize(
    "changes",
    [
        {"querystring": "q" * 8000},
        {"cookies": "c=" + "q" * 8000},
        {"headers": (("x-a", ("q" * 8000,)),)},
    ],
)
def test_the_size_of_a_key_includes_the_viewers_part(changes: dict[str, Any]) -> None:
    cache = Cache(max_bytes=40_000)

    for number in range(40):
        key = CacheKey(distribution_id=DISTRIBUTION_ID, uri=f"/{number}", **changes)
        cache.store(key, a_response(404, b""), lifetime=fresh_for(10), now=0)

    assert len(cache) <= 5
