import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.edge.conftest import Sessions, StartServer
from tests.edge.dynamodb_servers import Received, moto_dynamodb
from tests.edge.viewer import follow


@pytest.mark.parametrize("uri", ["/", "/home.html", "/login/", "/login", "/%68ome.html"])
@pytest.mark.parametrize("lifetime", [60, -1], ids=["live", "over"])
def test_redirects_never_loop(uri: str, lifetime: int, at_the_edge: Sessions) -> None:
    cookie = f"__Host-session-id={at_the_edge.add(lifetime=lifetime)}"

    assert len(follow(uri, cookie)) <= 3


@given(works=st.lists(st.booleans(), min_size=20, max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_redirects_never_loop_even_if_the_store_fails_intermittently(
    works: list[bool], flaky: list[bool], at_the_edge: Sessions
) -> None:
    flaky[:] = works
    cookie = f"__Host-session-id={at_the_edge.add(lifetime=60)}"

    assert len(follow("/", cookie)) <= 2
    assert len(follow("/login/", cookie)) <= 3


@pytest.fixture
def flaky(
    at_the_edge: Sessions, start_server: StartServer, monkeypatch: pytest.MonkeyPatch
) -> list[bool]:
    """A store that responds or fails as the list says, call by call."""
    turns: list[bool] = []

    def respond(received: Received) -> tuple[int, bytes]:
        return moto_dynamodb(received) if turns.pop() else (500, b"{}")

    server = start_server(respond)
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", f"http://{server.host}")
    return turns
