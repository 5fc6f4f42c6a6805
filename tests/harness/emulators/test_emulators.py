import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harness.emulators import emulators
from harness.errors import HarnessError
from harness.packaging.packages import archive
from harness.processes.children import Children
from harness.processes.ports import LOOPBACK, reserved_port
from harness.processes.reachable import is_reachable
from tests.harness.http_servers import http_server
from tests.harness.living import are_gone, is_alive

WHO_AM_I = b"import os\ndef handler(event, context):\n    return os.getpid()\n"


def start_ministack(children: Children, directory: Path) -> emulators.Emulator:
    (directory / "logs").mkdir()
    return emulators.start("ministack", children, environ=os.environ, directory=directory)


def run_function(emulator: emulators.Emulator) -> int:
    """Return the process id in which the function ran."""
    functions = emulator.session().client("lambda", endpoint_url=emulator.endpoint)
    functions.create_function(
        FunctionName="who-am-i",
        Runtime="python3.13",
        Handler="who.handler",
        Role="arn:aws:iam::000000000000:role/who",
        Code={"ZipFile": archive({"who.py": WHO_AM_I})},
    )
    return int(functions.invoke(FunctionName="who-am-i")["Payload"].read())


def test_ministack_runs_and_leaves_neither_process_nor_port_behind(
    tmp_path: Path,
) -> None:
    with Children() as children:
        emulator = start_ministack(children, tmp_path)
        worker = run_function(emulator)
        assert is_alive(worker)

    port = urlsplit(emulator.endpoint).port or 0
    with socket.socket() as visitor:
        assert visitor.connect_ex((LOOPBACK, port)) != 0
    assert are_gone([worker])


def test_ministack_ignores_a_real_accounts_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://example.invalid")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")

    with Children() as children:
        emulator = start_ministack(children, tmp_path)

        environment = emulator.environment(os.environ)

    assert environment["AWS_ENDPOINT_URL"] == emulator.endpoint
    assert environment["AWS_ACCESS_KEY_ID"] == "test"


def test_an_external_emulator_must_be_named(tmp_path: Path) -> None:
    with (
        Children() as children,
        pytest.raises(HarnessError, match="needs AWS_ENDPOINT_URL"),
    ):
        emulators.start("external", children, environ={}, directory=tmp_path)


@pytest.mark.parametrize(
    "host", ["iam.amazonaws.com", "sts.cn-north-1.amazonaws.com.cn", "s3.api.aws"]
)
def test_aws_itself_is_refused(host: str) -> None:
    with pytest.raises(HarnessError, match="which is AWS itself"):
        emulators.external({"AWS_ENDPOINT_URL": f"https://{host}"})


@pytest.mark.parametrize("name", ["external", "localstack"])
def test_an_unresponsive_emulator_is_an_error(name: str, tmp_path: Path) -> None:
    with Children() as children, reserved_port() as nobody:
        nowhere = f"http://{LOOPBACK}:{nobody}"
        environ = {"AWS_ENDPOINT_URL": nowhere}
        with pytest.raises(HarnessError, match=f"Nothing responds at {nowhere}"):
            emulators.start(name, children, environ=environ, directory=tmp_path)


@pytest.mark.parametrize(
    ("runs", "services", "other"),
    [
        ("LocalStack", ["s3"], True),
        ("LocalStack", ["s3", "cloudfront"], False),
        ("another", [], False),
    ],
)
def test_a_localstack_without_cloudfront_gets_ministacks_cloudfront(
    runs: str, services: list[str], other: bool, tmp_path: Path
) -> None:
    health = {"services": dict.fromkeys(services, "available")}
    routes = {
        "GET /_localstack/health": lambda: health,
        "GET /_localstack/info": lambda: {"session_id": "1"},
    }
    (tmp_path / "logs").mkdir()

    with (
        http_server(routes if runs == "LocalStack" else {}) as endpoint,
        Children() as children,
    ):
        emulator = emulators.start(
            "external",
            children,
            environ={**os.environ, "AWS_ENDPOINT_URL": endpoint},
            directory=tmp_path,
        )

        assert emulator.endpoint == endpoint
        assert (emulator.cloudfront_endpoint != endpoint) is other
        assert is_reachable(emulator.cloudfront_endpoint)


def test_a_named_cloudfront_endpoint_is_used(tmp_path: Path) -> None:
    with http_server({}) as endpoint, Children() as children:
        emulator = emulators.start(
            "external",
            children,
            environ={
                "AWS_ENDPOINT_URL": endpoint,
                "AWS_ENDPOINT_URL_CLOUDFRONT": "http://localhost:4567/",
            },
            directory=tmp_path,
        )

    assert emulator.cloudfront_endpoint == "http://localhost:4567"


def test_a_secret_key_is_hidden_when_printed() -> None:
    emulator = emulators.Emulator(
        name="external",
        endpoint="http://localhost:4566",
        cloudfront_endpoint="http://localhost:4566",
        secret_access_key="hush",
    )

    assert "hush" not in repr(emulator)


def test_a_profile_of_a_real_account_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    config.write_text("[default]\nregion = mars-north-1\nbroken")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "enterprise")
    emulator = emulators.named_by({"AWS_ENDPOINT_URL": "http://localhost:4566"})

    client = emulator.session().client("s3", endpoint_url=emulator.endpoint)

    assert client.meta.region_name == emulators.REGION
