import pytest

from harness.emulators import localstack
from harness.errors import HarnessError
from harness.processes.ports import LOOPBACK, reserved_port
from tests.harness.http_servers import answering

HEALTH = "GET /_localstack/health"
NO_DOCKER = {"PATH": ""}


def health(*services: str) -> dict[str, object]:
    return {"services": dict.fromkeys(services, "available")}


def test_the_localstack_that_is_named_is_used() -> None:
    with answering({HEALTH: health}) as endpoint:
        assert localstack.running({"AWS_ENDPOINT_URL": f"{endpoint}/"}) == endpoint


def test_without_an_engine_the_one_that_runs_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with answering({HEALTH: health}) as endpoint:
        monkeypatch.setattr(localstack, "ENDPOINT", endpoint)

        assert localstack.running(NO_DOCKER) == endpoint


def test_neither_an_engine_nor_a_localstack_is_one_line_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with reserved_port() as nobody:
        nowhere = f"http://{LOOPBACK}:{nobody}"
        monkeypatch.setattr(localstack, "ENDPOINT", nowhere)

        with pytest.raises(HarnessError) as raised:
            localstack.running(NO_DOCKER)

    assert str(raised.value) == (
        "There is no Docker here: no program `docker`. And no LocalStack answers at "
        f"{nowhere}: start either, or leave out `--emulator localstack`."
    )


@pytest.mark.parametrize(("services", "has"), [(("s3", "cloudfront"), True), (("s3",), False)])
def test_whether_it_has_cloudfront_is_asked(services: tuple[str, ...], has: bool) -> None:
    with answering({HEALTH: lambda: health(*services)}) as endpoint:
        assert localstack.has_cloudfront(endpoint) is has


def test_what_is_no_localstack_has_no_cloudfront_of_localstacks() -> None:
    with answering({}) as endpoint:
        assert not localstack.has_cloudfront(endpoint)
