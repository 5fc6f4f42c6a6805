import pytest

from tests.lambdas.log_requests import read, record, texts
from tests.lambdas.ship import Ship


def test_a_new_entry_has_its_time_and_stardate(ship: Ship) -> None:
    cookie = ship.board()

    response = record(ship, cookie, "  Engines at full.\n")

    assert response.status == 201
    entry = response.json
    assert list(entry) == ["id", "stardate", "recordedAt", "text"]
    assert len(entry["id"]) == 26
    assert entry["stardate"] == "60894.5"
    assert entry["recordedAt"] == "2026-11-23T12:00:00Z"
    assert entry["text"] == "Engines at full."


def test_entries_are_read_newest_first(ship: Ship) -> None:
    cookie = ship.board()
    for text in ("one", "two", "three"):
        record(ship, cookie, text)
        ship.clock.advance(0.001)

    response = read(ship, cookie)

    assert response.status == 200
    assert response.json["userName"] == "picard"
    assert texts(response) == ["three", "two", "one"]
    assert response.json["next"] is None


def test_a_captain_without_entries_has_an_empty_log(ship: Ship) -> None:
    cookie = ship.board()

    assert read(ship, cookie).json == {
        "userName": "picard",
        "entries": [],
        "next": None,
    }


def test_each_captain_reads_only_their_own_entries(ship: Ship) -> None:
    picard = ship.board("picard", "makeitso")
    kirk = ship.board("kirk", "KHAAAN!!!")

    record(ship, picard, "Tea.")

    assert texts(read(ship, picard)) == ["Tea."]
    assert texts(read(ship, kirk)) == []


@pytest.mark.parametrize("count", [4, 5, 6])
def test_pages_together_contain_every_entry_once(ship: Ship, count: int) -> None:
    cookie = ship.board()
    for number in range(count):
        record(ship, cookie, str(number))
        ship.clock.advance(0.001)

    pages = [read(ship, cookie, limit="2")]
    while cursor := pages[-1].json["next"]:
        pages.append(read(ship, cookie, limit="2", cursor=cursor))

    assert [text for page in pages for text in texts(page)] == [
        str(number) for number in reversed(range(count))
    ]
    assert len(pages) == (count + 1) // 2  # no empty page at the end


def test_a_concurrently_recorded_entry_does_not_shift_the_next_page(ship: Ship) -> None:
    cookie = ship.board()
    for text in ("one", "two", "three"):
        record(ship, cookie, text)
        ship.clock.advance(1)
    first = read(ship, cookie, limit="2")

    record(ship, cookie, "four")

    assert texts(read(ship, cookie, cursor=first.json["next"])) == ["one"]


def test_a_cursor_of_another_captain_reveals_no_entries(ship: Ship) -> None:
    picard = ship.board("picard", "makeitso")
    kirk = ship.board("kirk", "KHAAAN!!!")
    for text in ("one", "two"):
        record(ship, picard, text)
        ship.clock.advance(1)
    cursor = read(ship, picard, limit="1").json["next"]

    response = read(ship, kirk, cursor=cursor)

    assert response.status == 200
    assert texts(response) == []


def test_twenty_entries_are_returned_by_default(
    ship: Ship,
) -> None:
    cookie = ship.board()
    for number in range(21):
        record(ship, cookie, str(number))

    assert len(texts(read(ship, cookie))) == 20
    assert len(texts(read(ship, cookie, limit="21"))) == 21


def test_a_page_of_the_longest_entries_is_complete(ship: Ship) -> None:
    cookie = ship.board()
    for _ in range(101):
        record(ship, cookie, "\U0001f680" * 2000)

    response = read(ship, cookie, limit="100")

    assert len(texts(response)) == 100
    assert response.json["next"] is not None
    assert len(response.body.encode()) < 6 * 1024 * 1024  # the maximum size of a Lambda response


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.0", "ten", "", " 5", "٣", "1e1"])
def test_a_limit_outside_1_to_100_is_refused(ship: Ship, limit: str) -> None:
    response = read(ship, ship.board(), limit=limit)

    assert (response.status, response.error_code) == (400, "bad_request")


@pytest.mark.parametrize("cursor", ["", "null", "kirk", "A" * 17, "A" * 19, "é" * 18])
def test_an_invented_cursor_is_refused(ship: Ship, cursor: str) -> None:
    response = read(ship, ship.board(), cursor=cursor)

    assert (response.status, response.error_code) == (400, "bad_request")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(" \n\t", id="blank"),
        pytest.param("x" * 2001, id="too long"),
        pytest.param("\ud800", id="half a character"),
        pytest.param(None, id="null"),
        pytest.param(7, id="a number"),
        pytest.param(["Tea."], id="a list"),
    ],
)
def test_a_malformed_entry_is_refused(ship: Ship, text: object) -> None:
    cookie = ship.board()

    response = record(ship, cookie, text)

    assert (response.status, response.error_code) == (400, "bad_request")
    assert ship.items("logs") == []


@pytest.mark.parametrize("character", ["x", "é", "\U0001f680"])
def test_the_longest_entry_is_counted_in_characters(ship: Ship, character: str) -> None:
    response = record(ship, ship.board(), character * 2000)

    assert response.status == 201


def test_a_body_over_32_kb_is_too_large(ship: Ship) -> None:
    response = record(ship, ship.board(), "x" * 32 * 1024)

    assert (response.status, response.error_code) == (413, "too_large")


def test_an_entry_must_be_declared_as_json(ship: Ship) -> None:
    """A cross-site form cannot declare that; SameSite=Strict comes first, though."""
    response = ship.ask(
        "POST",
        "/api/logs",
        cookie=ship.board(),
        body='{"text": "Tea."}',
        content_type="text/plain",
    )

    assert (response.status, response.error_code) == (415, "not_json")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_a_live_session_the_log_is_refused(ship: Ship, method: str) -> None:
    cookie = ship.board()
    ship.clock.advance(60)

    response = ship.ask(method, "/api/logs", cookie=cookie, body='{"text": "Tea."}')

    assert (response.status, response.error_code) == (401, "not_signed_in")
    assert ship.items("logs") == []


def test_one_call_returns_entries_and_session(ship: Ship) -> None:
    cookie = ship.board()
    session = ship.ask("GET", "/api/session", cookie=cookie).json
    alone = ship.ask("GET", "/api/logs", cookie=cookie).json

    both = ship.ask("GET", "/api/logs", cookie=cookie, query={"include": "session"})

    assert both.json == {**alone, "session": session}


@pytest.mark.parametrize("include", ["", "sessions", "password"])
def test_nothing_else_can_be_included(ship: Ship, include: str) -> None:
    cookie = ship.board()

    response = ship.ask("GET", "/api/logs", cookie=cookie, query={"include": include})

    assert (response.status, response.error_code) == (400, "bad_request")


def test_a_view_of_the_log_costs_two_reads(ship: Ship) -> None:
    """The third read is the edge function's."""
    cookie = ship.board()
    calls: list[str] = []
    events = ship.dynamodb.meta.events
    events.register("before-call", lambda model, **_: calls.append(model.name), "spy")

    try:
        ship.ask("GET", "/api/logs", cookie=cookie, query={"include": "session"})
    finally:
        events.unregister("before-call", unique_id="spy")

    assert calls == ["GetItem", "Query"]
