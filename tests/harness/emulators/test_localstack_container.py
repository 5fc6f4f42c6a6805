import sys

import pytest

from harness.emulators.localstack_container import SOCKET, engines_host, engines_socket
from harness.processes.ports import LOOPBACK

ROOTLESS = "unix:///run/user/1701/docker.sock"


@pytest.mark.parametrize(
    ("docker_host", "host"),
    [
        ("", LOOPBACK),
        (ROOTLESS, LOOPBACK),
        ("tcp://127.0.0.1:2375", LOOPBACK),
        ("tcp://localhost:2375", LOOPBACK),  # Docker Desktop, from WSL
        ("tcp://[::1]:2375", LOOPBACK),
        ("tcp://build.example.org:2376", "build.example.org"),
    ],
)
def test_only_a_remote_docker_engine_publishes_beyond_loopback(docker_host: str, host: str) -> None:
    assert engines_host({"DOCKER_HOST": docker_host}) == host


@pytest.mark.parametrize(
    ("environ", "platform", "socket"),
    [
        ({}, "linux", SOCKET),
        ({"DOCKER_HOST": ROOTLESS}, "linux", "/run/user/1701/docker.sock"),
        ({"DOCKER_HOST": "unix:///Users/u/.colima/docker.sock"}, "darwin", SOCKET),
        ({"DOCKER_HOST": ROOTLESS, "DOCKER_SOCKET": "/mine"}, "linux", "/mine"),
    ],
)
def test_functions_run_in_the_docker_engine_that_runs_localstack(
    environ: dict[str, str],
    platform: str,
    socket: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", platform)

    assert engines_socket(environ) == socket
