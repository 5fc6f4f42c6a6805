"""docker-compose.yml, and the programs in its containers."""

import os
import re
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from harness.checkout import ROOT
from harness.compose import provision
from harness.compose.composition import Ports
from harness.compose.handover import Handover
from harness.compose.provision import State
from harness.emulators import localstack_container
from harness.emulators.emulators import Emulator, named_by
from harness.errors import HarnessError
from harness.guard.rules import ASKED_BY_ANOTHER_NAME
from harness.processes.children import Children
from harness.processes.ports import LOOPBACK, reserved_port
from harness.progress import Progress
from harness.terraform.domain import DOMAIN
from harness.terraform.workspace import copied_workspace
from tests.harness.http_servers import Routes, http_server
from tests.harness.outputs import OUTPUTS

COMPOSE = (ROOT / "docker-compose.yml").read_text()
WITHOUT_SOCKET = (ROOT / "docker-compose.no-socket.yml").read_text()

TERRAFORM_THAT_WAITS = """#!/bin/sh
case "$*" in
    "version -json") echo '{{"terraform_version": "1.11.4"}}' ;;
    apply*) echo >'{applies}'; exec sleep 60 ;;
esac
"""
CERTIFICATES: Routes = {
    "POST /": lambda: {"CertificateSummaryList": [{"DomainName": f"*.{DOMAIN}"}]}
}


def test_the_container_of_terraform_needs_no_localfront() -> None:
    program = "import sys; sys.modules['localfront'] = None; import harness.compose.provision"

    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=60)


def test_the_health_check_of_localstack_expects_the_guards_refusal() -> None:
    (words,) = re.findall(r'Host:guarded\.invalid .* grep --quiet "(.+)"', COMPOSE)

    assert words in ASKED_BY_ANOTHER_NAME


def test_every_port_is_published_on_loopback_only() -> None:
    published = re.findall(r'"([^"]*_PORT:-\d+}:[^"]*)"', COMPOSE)

    assert len(published) == 5
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_one_service_has_the_docker_socket_and_none_is_privileged() -> None:
    before, _, _ = COMPOSE.partition("target: /var/run/docker.sock")

    assert COMPOSE.count("target: /var/run/docker.sock") == 1
    assert len(re.findall(r"\bdocker\.sock\b", COMPOSE)) == 2  # and its source
    assert re.findall(r"^  (\w+):$", before, re.MULTILINE)[-1] == "localstack"
    assert "privileged" not in COMPOSE.replace("no-new-privileges", "")


def service(name: str, text: str = COMPOSE) -> str:
    found = re.search(rf"^  {name}:.*\n((?:    .*\n|\n|  #.*\n)+)", text, re.MULTILINE)
    assert found
    return found[1]


@pytest.mark.parametrize("name", ["localstack", "cloudfront", "provision", "localfront"])
def test_the_docker_clients_proxy_is_not_used_for_the_services(name: str) -> None:
    spared = "localhost,127.0.0.1,localstack,cloudfront"

    for variable in ("NO_PROXY", "no_proxy"):
        assert f"&{variable} {variable}={spared}\n" in COMPOSE
        assert f"- *{variable}\n" in service(name)


def test_our_containers_have_read_only_file_systems_and_refuse_cross_site_pages() -> None:
    ours = [service(name) for name in ("cloudfront", "provision", "localfront")]

    assert all("<<: *ours\n" in text for text in ours)
    assert "read_only: true\n" in COMPOSE
    assert "read_only: true\n" in service("localstack", WITHOUT_SOCKET)
    assert "-m, ministack]" not in COMPOSE + WITHOUT_SOCKET


def test_the_certificate_authority_is_in_its_volume() -> None:
    text = service("localfront")

    assert "- XDG_CACHE_HOME=/app/.cache " in text
    assert "- authority:/app/.cache/localfront\n" in text


def test_compose_and_testcontainers_run_the_same_localstack() -> None:
    assert f"${{LOCALSTACK_IMAGE:-{localstack_container.IMAGE}}}" in COMPOSE


def test_the_ports_of_a_run_are_settings_of_the_file() -> None:
    for setting in Ports.free().variables():
        assert f"${{{setting}:-" in COMPOSE


def test_localfront_reads_the_file_that_provision_writes(tmp_path: Path) -> None:
    file = tmp_path / "provisioned.json"
    emulator = Emulator(
        name="external",
        endpoint="http://localstack:4566",
        cloudfront_endpoint="http://cloudfront:4566",
    )

    Handover(emulator=emulator, outputs=OUTPUTS).write(file)

    assert Handover.read(file) == Handover(emulator=emulator, outputs=OUTPUTS)
    assert list(tmp_path.iterdir()) == [file]


def test_a_missing_handover_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(HarnessError, match="Nothing is provisioned"):
        Handover.read(tmp_path / "provisioned.json")


def test_the_last_line_of_a_failed_provision_says_why(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with reserved_port() as nobody:
        nowhere = f"http://{LOOPBACK}:{nobody}"

        code = provision.provision({"AWS_ENDPOINT_URL": nowhere}, Progress())

    last = capsys.readouterr().out.splitlines()[-1]
    assert code == 1
    assert last.startswith(f"provision failed: Nothing responds at {nowhere}")
    assert last.endswith("`docker compose up --detach --wait` again.")


def test_a_volume_that_cannot_be_written_is_reported_in_the_last_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terraform = tmp_path / "a-terraform"
    terraform.write_text("#!/bin/sh\necho Terraform v1.11.4\n")
    terraform.chmod(0o755)
    gone = tmp_path / "gone"
    monkeypatch.setattr(
        provision, "State", lambda: State(file=gone, unfinished=gone / "unfinished")
    )

    with http_server({}) as endpoint:
        environ = {"AWS_ENDPOINT_URL": endpoint, "TERRAFORM": str(terraform)}
        code = provision.provision(environ, Progress())

    assert code == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("provision failed: [Errno 2] No such file")


def test_terraform_apply_stops_soon_after_localstack_dies(
    tmp_path: Path,
) -> None:
    applies = tmp_path / "applies"
    terraform = tmp_path / "a-terraform"
    terraform.write_text(TERRAFORM_THAT_WAITS.format(applies=applies))
    terraform.chmod(0o755)
    state = State(file=tmp_path / "terraform.tfstate", unfinished=tmp_path / "unfinished")
    state.unfinished.touch()

    with ExitStack() as localstack, Children() as children:
        endpoint = localstack.enter_context(http_server(CERTIFICATES))

        def die() -> None:
            applies.read_text()
            localstack.close()

        os.mkfifo(applies)
        dying = threading.Thread(target=die)
        dying.start()
        copy = copied_workspace(
            tmp_path, terraform=terraform, environ=os.environ, children=children
        )
        with pytest.raises(HarnessError, match=f"at {endpoint} ended during the run"):
            provision.applied(
                copy,
                named_by({"AWS_ENDPOINT_URL": endpoint}),
                state,
                session_ttl=60,
                progress=Progress(),
            )
        dying.join()

    # Terraform may not have noted all that it made.
    assert state.unfinished.exists()


@pytest.mark.parametrize("text", ["", "0", "-1", "a minute", "1.5"])
def test_the_session_lifetime_is_in_seconds(text: str) -> None:
    with pytest.raises(HarnessError, match="SESSION_TTL is"):
        provision.session_ttl({"SESSION_TTL": text})
