"""`docker compose up`, step by step: interrupted, repaired, edited, broken, fixed, taken down.

The tests go through it in this order, on one set of services.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from harness.checkout import BUILD
from harness.compose.composition import Composition, Ports
from harness.emulators import docker_engine
from harness.errors import MissingToolError, ProvisioningError
from harness.processes.children import Children
from harness.processes.ports import LOOPBACK
from tests.compose.services import copy_checkout, edit, eventually, get

FAILED = r"on broken\.tf line 1(.|\n)*\nprovision failed: .*Missing name for output\."
LOG = BUILD / "compose" / "lifecycle.log"  # of a run that failed


@pytest.fixture(scope="module")
def composition(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Composition]:
    try:
        docker_engine.require_compose(os.environ)
    except MissingToolError as reason:
        pytest.skip(str(reason))
    directory = tmp_path_factory.mktemp("checkout")
    copy_checkout(directory)
    with Children() as children:
        composition = Composition(
            project=f"captains-log-life-{os.getpid()}",
            ports=Ports.free(),
            environ=os.environ,
            children=children,
            directory=directory,
        )
        try:
            yield composition
        finally:
            if request.session.testsfailed:
                LOG.parent.mkdir(parents=True, exist_ok=True)
                LOG.write_text(composition.logs())
            composition.down()


@pytest.fixture(scope="module")
def opened(composition: Composition) -> Composition:
    """The same composition, with the site served."""
    composition.up()
    return composition


def terraform_has_begun(composition: Composition) -> bool:
    """Whether the first table exists; the other resources take some seconds more."""
    dynamodb = boto3.client(
        "dynamodb",
        endpoint_url=f"http://{LOOPBACK}:{composition.ports.localstack}",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    try:
        return bool(dynamodb.list_tables()["TableNames"])
    except (BotoCoreError, ClientError):
        return False  # LocalStack is not up yet


def left_of(composition: Composition) -> list[str]:
    """Everything in the engine with the project's name."""
    label = f"label=com.docker.compose.project={composition.project}"
    kinds = (["ps", "--all"], ["volume", "ls"], ["network", "ls"])
    leftovers = [
        composition.children.run(
            ["docker", *kind, "--quiet", "--filter", label],
            env=composition.environ,
            cwd=composition.directory,
        )
        for kind in kinds
    ]
    images = composition.children.run(
        ["docker", "images", "--quiet", f"{composition.project}-*"],
        env=composition.environ,
        cwd=composition.directory,
    )
    return [line for each in [*leftovers, images] for line in each.stdout.splitlines()]


def test_a_killed_provision_is_completed_by_the_next_up(
    composition: Composition,
) -> None:
    with ThreadPoolExecutor() as pool:
        first = pool.submit(composition.up)
        eventually(lambda: first.done() or terraform_has_begun(composition), within=600)
        if first.done():
            first.result(240)  # it failed too early, and tells why
        killed = composition.compose("kill", "--signal", "SIGKILL", "provision")
        assert killed.returncode == 0, killed.stderr
        with pytest.raises(ProvisioningError, match="docker compose up failed"):
            first.result(240)

    composition.up()

    assert "an earlier run was interrupted" in composition.logs()
    assert get(composition, "/login/").status == 200


def test_an_edit_of_a_page_is_live_without_a_restart(opened: Composition) -> None:
    page = opened.directory / "frontend" / "login.html"
    edit(page, "Identify yourself", "Please identify yourself")

    eventually(lambda: "Please identify yourself" in get(opened, "/login/").text)


def test_an_edit_of_the_edge_function_is_live_without_a_restart(
    opened: Composition,
) -> None:
    assert get(opened, "/").location == "/login/"
    code = opened.directory / "edge" / "viewer_request.py"
    edit(code, 'LOGIN = "/login/"', 'LOGIN = "/login/?edited"')

    eventually(lambda: get(opened, "/").location == "/login/?edited")


def test_a_failing_provision_says_why_and_leaves_the_site_running(
    opened: Composition,
) -> None:
    broken = opened.directory / "terraform" / "broken.tf"
    broken.write_text("output {}\n")
    with pytest.raises(ProvisioningError, match=FAILED):
        opened.up()
    assert get(opened, "/login/").status == 200

    broken.unlink()
    opened.up()

    assert get(opened, "/login/").status == 200


def test_compose_down_leaves_no_containers(opened: Composition) -> None:
    assert left_of(opened)

    opened.down()

    assert left_of(opened) == []
