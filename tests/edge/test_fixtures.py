import pytest
import viewer_request

from tests.edge.conftest import Sessions
from tests.edge.fixture_expectations import EXPECTATIONS, FIXTURES, SESSIONS, load


def test_fixtures_and_expectations_match_one_to_one() -> None:
    assert {path.stem for path in FIXTURES.glob("*.json")} == set(EXPECTATIONS)


@pytest.mark.parametrize("name", EXPECTATIONS)
def test_an_event_is_in_the_documented_shape(name: str) -> None:
    """LE-001 to LE-012."""
    (record,) = load(name)["Records"]

    assert set(record) == {"cf"}
    assert set(record["cf"]) == {"config", "request"}
    assert {field: type(value) for field, value in record["cf"]["config"].items()} == {
        "distributionDomainName": str,
        "distributionId": str,
        "eventType": str,
        "requestId": str,
    }
    request = record["cf"]["request"]
    headers = request.pop("headers")
    assert {field: type(value) for field, value in request.items()} == {
        "clientIp": str,
        "method": str,
        "querystring": str,
        "uri": str,
    }
    for header, lines in headers.items():
        assert header == header.lower()
        assert all(set(line) == {"key", "value"} for line in lines)
        assert all(line["key"].lower() == header for line in lines)


@pytest.mark.parametrize("name", EXPECTATIONS)
def test_an_event_gets_the_expected_result(name: str, at_the_edge: Sessions) -> None:
    for session_id, lifetime in SESSIONS.items():
        at_the_edge.add(lifetime=lifetime, session_id=session_id)

    response = viewer_request.handler(load(name), None)

    assert response == EXPECTATIONS[name].response_to(load(name))
