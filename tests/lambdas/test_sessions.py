from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from lambdas.sessions import Lifetimes, Session, Sessions
from tests.lambdas.ship import NOON, Ship

SECONDS = st.integers(min_value=0, max_value=4_000_000_000)
NOW = st.datetimes(
    min_value=datetime(1970, 1, 2),
    max_value=datetime(2090, 1, 1),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-11))]),
)


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@given(ttl=SECONDS, now=NOW)
def test_a_session_lives_exactly_until_its_ttl(ttl: int, now: datetime) -> None:
    session = Session(user_name="picard", ttl=ttl, ends_at=ttl)

    assert session.is_live(now) == (now < at(ttl))


@given(ttl=SECONDS)
def test_a_session_is_over_at_its_ttl_and_alive_just_before(ttl: int) -> None:
    session = Session(user_name="picard", ttl=ttl, ends_at=ttl)

    assert not session.is_live(at(ttl))
    assert session.is_live(at(ttl) - timedelta(microseconds=1))


def test_a_session_is_read_consistently(ship: Ship) -> None:
    """Otherwise a session that just ended might still be read. moto is always consistent."""
    queries: list[object] = []
    events = ship.dynamodb.meta.events
    event = "provide-client-params.dynamodb.GetItem"
    events.register(event, lambda params, **_: queries.append(params), "spy")

    try:
        sessions = Sessions(dynamodb=ship.dynamodb, table_name="site-sessions")
        sessions.find("A" * 43, now=NOON)
    finally:
        events.unregister(event, unique_id="spy")

    assert queries == [
        {
            "TableName": "site-sessions",
            "Key": {"session-id": {"S": "A" * 43}},
            "ConsistentRead": True,
        }
    ]


HALF_AN_HOUR = 1800
LIFETIMES = Lifetimes(idle=HALF_AN_HOUR, absolute=43_200)


@given(
    age=st.integers(min_value=0, max_value=43_199),
    left=st.integers(min_value=1, max_value=HALF_AN_HOUR),
)
def test_a_renewal_never_shortens_a_session_nor_outlives_its_end(age: int, left: int) -> None:
    now = 1_800_000_000
    before = Session(user_name="q", ttl=now + left, ends_at=now - age + 43_200)

    after = before.renewed(at(now), LIFETIMES)

    if after is None:
        assert left > HALF_AN_HOUR / 2 or before.ttl >= before.ends_at
    else:
        assert left <= HALF_AN_HOUR / 2
        assert before.ttl < after.ttl == min(now + HALF_AN_HOUR, before.ends_at)
