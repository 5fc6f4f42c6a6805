import pytest

from harness.emulators import localstack
from harness.errors import HarnessError
from harness.processes.ports import LOOPBACK, reserved_port
from tests.harness.http_servers import http_server

HEALTH = "GET /_localstack/health"
NO_DOCKER = {"PATH": ""}


def health(*services: str) -> dict[str, object]:
    return {"services": dict.fromkeys(services, "available")}


def test_a_named_localstack_is_used() -> None:
    with http_server({HEALTH: health}) as endpoint:
        assert localstack.running({"AWS_ENDPOINT_URL": f"{endpoint}/"}) == endpoint


def test_without_docker_a_running_localstack_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with http_server({HEALTH: health}) as endpoint:
        monkeypatch.setattr(localstack, "ENDPOINT", endpoint)

        assert localstack.running(NO_DOCKER) == endpoint


def test_without_docker_and_localstack_a_one_line_error_names_the_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with reserved_port() as nobody:
        nowhere = f"http://{LOOPBACK}:{nobody}"
        monkeypatch.setattr(localstack, "ENDPOINT", nowhere)

        with pytest.raises(HarnessError) as raised:
            localstack.running(NO_DOCKER)

    assert str(raised.value) == (
        "Docker is not installed: there is no program `docker`. And no LocalStack responds at "
        f"{nowhere}. Start Docker or LocalStack, or omit `--emulator localstack`."
    )


@pytest.mark.parametrize(("services", "has"), [(("s3", "cloudfront"), True), (("s3",), False)])
def test_localstacks_support_of_cloudfront_is_queried(services: tuple[str, ...], has: bool) -> None:
    with http_server({HEALTH: lambda: health(*services)}) as endpoint:
        assert localstack.has_cloudfront(endpoint) is has


def test_another_server_counts_as_without_cloudfront() -> None:
    with http_server({}) as endpoint:
        assert not localstack.has_cloudfront(endpoint)
