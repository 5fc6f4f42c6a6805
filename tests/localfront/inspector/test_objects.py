"""Cached objects are listed with their keys, and removed one by one."""

from pathlib import Path

from tests.localfront.factories import ALL, a_behavior, a_cache_policy
from tests.localfront.inspector.inspecting import inspected

KEPT = a_behavior(target_origin_id="here", cache_policy=a_cache_policy(default_ttl=60, cookies=ALL))


async def test_an_object_has_its_key_age_hits_and_request_and_no_secret(tmp_path: Path) -> None:
    async with inspected(tmp_path, behavior=KEPT) as here:
        for _ in range(3):
            await here.ask("/a", "Cookie: id=hunter2")

        listing = await here.look("/api/objects")

    assert listing["count"] == 1
    [one] = listing["objects"]
    assert (one["key"], one["bytes"], one["hits"], one["madeBy"]) == ("/a id=…", 6, 2, 1)
    assert 0 < one["left"] <= 60
    assert one["because"]["rule"] == "CA-013"
    assert "hunter2" not in str(listing)


async def test_an_invalidation_can_be_previewed(tmp_path: Path) -> None:
    async with inspected(tmp_path, behavior=KEPT) as here:
        for target in ("/images/a", "/images/b?x=1", "/c"):
            await here.ask(target)

        listing = await here.look("/api/objects?invalidate=%2Fimages%2F*")
        still = await here.look("/api/objects")

    named = {one["key"] for one in listing["objects"] if one["named"]}
    assert named == {"/images/a", "/images/b"}
    assert still["count"] == 3
    assert not any(one["named"] for one in still["objects"])


async def test_a_dropped_object_is_a_miss_at_the_next_request(tmp_path: Path) -> None:
    async with inspected(tmp_path, behavior=KEPT) as here:
        for target in ("/a", "/b"):
            await here.ask(target)
        listing = await here.look("/api/objects")
        [wanted] = [one["id"] for one in listing["objects"] if one["key"] == "/a"]

        await here.look(f"/api/objects/{wanted}", method="DELETE")

        results = [(await here.ask(target)).all(b"x-cache")[0] for target in ("/a", "/b")]
        gone = await here.raw(
            "/api/objects/1", f"Authorization: Bearer {here.server.token}", method="DELETE"
        )

    assert results == [b"Miss from cloudfront", b"Hit from cloudfront"]
    assert gone.status == 404
