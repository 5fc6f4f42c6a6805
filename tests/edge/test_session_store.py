import json
import os
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from errors import DynamoDbError
from hypothesis import given
from hypothesis import strategies as st
from session_store import LAST_TTL, SessionStore, live_user
from settings import Settings

from tests.edge.conftest import Sessions, StartServer
from tests.edge.dynamodb_servers import moto_dynamodb

seconds = st.integers(min_value=0, max_value=LAST_TTL)


def stored(ttl: int) -> dict[str, Any]:
    return {"Item": {"ttl": {"N": str(ttl)}, "userName": {"S": "picard"}}}


@pytest.fixture
def settings(at_the_edge: Sessions) -> Settings:
    return Settings.load(os.environ)


@pytest.fixture
def store() -> Iterator[SessionStore]:
    store = SessionStore()
    yield store
    store.close()


def test_a_session_with_time_left_is_live(
    store: SessionStore, settings: Settings, sessions: Sessions
) -> None:
    assert store.is_live([sessions.add(lifetime=60)], settings)


def test_a_session_that_is_over_but_not_yet_deleted_is_not_live(
    store: SessionStore, settings: Settings, sessions: Sessions
) -> None:
    assert not store.is_live([sessions.add(lifetime=-1)], settings)


def test_an_unknown_session_is_not_live(store: SessionStore, settings: Settings) -> None:
    assert not store.is_live([secrets.token_urlsafe(32)], settings)


def test_a_deleted_session_is_not_live_any_more(
    store: SessionStore, settings: Settings, sessions: Sessions
) -> None:
    session_id = sessions.add(lifetime=60)
    sessions.delete(session_id)

    assert not store.is_live([session_id], settings)


def test_one_live_session_among_several_is_enough(
    store: SessionStore, settings: Settings, sessions: Sessions
) -> None:
    over, live = sessions.add(lifetime=-1), sessions.add(lifetime=60)

    assert store.is_live([over, secrets.token_urlsafe(32), live], settings)


def test_two_live_sessions_of_one_user_authenticate(
    store: SessionStore, settings: Settings, sessions: Sessions
) -> None:
    assert store.is_live([sessions.add(lifetime=60) for _ in range(2)], settings)


def test_live_sessions_of_different_users_do_not_authenticate(
    store: SessionStore, settings: Settings, sessions: Sessions
) -> None:
    ours, anothers = (sessions.add(lifetime=60, user=one) for one in ("picard", "q"))

    assert not store.is_live([ours, anothers], settings)
    assert not store.is_live([anothers, ours], settings)


def test_a_missing_table_is_an_error(
    store: SessionStore, at_the_edge: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "another-edge")

    with pytest.raises(DynamoDbError, match="ResourceNotFoundException"):
        store.is_live(["x" * 43], Settings.load(os.environ))


def test_a_read_is_consistent_and_projects_only_the_ttl(
    store: SessionStore, at_the_edge: Sessions, start_server: StartServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    server = start_server(moto_dynamodb)
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", f"http://{server.host}")

    store.is_live(["x" * 43], Settings.load(os.environ))

    (received,) = server.received
    assert json.loads(received.body) == {
        "TableName": "my-serverless-website-sessions",
        "Key": {"session-id": {"S": "x" * 43}},
        "ConsistentRead": True,
        "ProjectionExpression": "#ttl, userName",
        "ExpressionAttributeNames": {"#ttl": "ttl"},
    }


def test_all_reads_of_a_request_share_its_budget(at_the_edge: Sessions, settings: Settings) -> None:
    live = at_the_edge.add(lifetime=60)

    with pytest.raises(DynamoDbError, match="TimeoutError"):
        SessionStore(budget=0).is_live([live], settings)


@given(ttl=seconds, now=seconds)
def test_a_session_is_live_until_the_second_of_its_ttl(ttl: int, now: int) -> None:
    assert (live_user(stored(ttl), now=now) == "picard") is (ttl > now)


@given(ttl=seconds, fraction=st.floats(0, 0.9))
def test_a_session_ends_at_its_ttl_without_a_grace_fraction(ttl: int, fraction: float) -> None:
    assert live_user(stored(ttl), now=ttl + fraction) is None


@pytest.mark.parametrize("ttl", [LAST_TTL + 1, 10**37])
def test_a_session_beyond_the_year_9999_is_not_live(ttl: int) -> None:
    assert live_user(stored(ttl), now=0) is None


def test_a_response_without_an_item_is_no_session() -> None:
    assert live_user({}, now=0) is None


@pytest.mark.parametrize(
    "item",
    [
        pytest.param({"userName": {"S": "picard"}}, id="no ttl"),
        pytest.param({"ttl": {"N": "9999999999"}}, id="no user"),
        pytest.param({"ttl": {"S": "9999999999"}, "userName": {"S": "q"}}, id="text"),
        pytest.param(
            {"ttl": {"N": 9999999999}, "userName": {"S": "q"}},
            id="a number in place of its text",
        ),
        pytest.param({"ttl": {"N": "1e12"}, "userName": {"S": "q"}}, id="exponent"),
        pytest.param({"ttl": {"N": "-1"}, "userName": {"S": "q"}}, id="negative"),
        pytest.param(
            {"ttl": {"N": "\uff19" * 10}, "userName": {"S": "q"}},
            id="full-width digits",
        ),
        pytest.param({"ttl": {"N": "9" * 5_000}, "userName": {"S": "q"}}, id="endless"),
        pytest.param({"ttl": 9999999999, "userName": {"S": "q"}}, id="not an attribute value"),
        pytest.param(None, id="null"),
        pytest.param([], id="list"),
    ],
)
def test_an_item_without_a_whole_ttl_is_an_error(item: object) -> None:
    with pytest.raises(DynamoDbError, match="ttl"):
        live_user({"Item": item}, now=0)
