"""A Terraform folder, evaluated and served before its first apply."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.localfront.command.log_lines import PATIENCE
from tests.localfront.command.terraform_project import (
    ARNS,
    LATE,
    PROVISIONER,
    TERRAFORM,
    command,
    environment,
    recording_terraform,
    with_a_web_acl,
    with_an_alias,
)
from tests.localfront.command.terraform_served import (
    Checked,
    Served,
    a_project,
    checked,
    served,
)
from tests.localfront.command.test_serve_files import (
    REPOSITORY,
    get,
    serving_command,
    wait_for,
)
from tests.localfront.sources.plans import FOLDER
from tests.localfront.warm_start.command import localfront

# The 404 page is named in a nested file of the module's folder.
ERROR_PAGE = """
  custom_error_response {
    error_code            = 403
    response_code         = 403
    response_page_path    = module.site.error_page
    error_caching_min_ttl = 0
  }
  restrictions {
"""
MAIN = TERRAFORM.replace("  restrictions {\n", ERROR_PAGE)
ERROR_PAGE_OUTPUT = """
output "error_page" { value = trimspace(file("${path.module}/settings/error.txt")) }
"""


@pytest.fixture(scope="module")
def plain(initialised: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A folder with a nested module and ARNs, which tests may edit."""
    project = a_project(initialised, tmp_path_factory.mktemp("plain"))
    folder = project / "terraform"
    (folder / "main.tf").write_text(MAIN)
    (folder / "arns.tf.json").write_text(json.dumps(ARNS))
    (folder / "bucket" / "error.tf").write_text(ERROR_PAGE_OUTPUT)
    (folder / "bucket" / "settings").mkdir()
    (folder / "bucket" / "settings" / "error.txt").write_text("/lost.html")
    for name in ("lost", "gone", "other"):
        (project / "pages" / f"{name}.html").write_text(name)
    with served(project, command(project), environment()) as here:
        yield here


@pytest.fixture(scope="module")
def planned(initialised: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A folder with a provisioner, which requires a plan."""
    project = a_project(initialised, tmp_path_factory.mktemp("planned"))
    (project / "terraform" / "deployed.tf").write_text(PROVISIONER)
    path = f"{recording_terraform(project, 'terraform')}{os.pathsep}{os.environ['PATH']}"
    with served(project, command(project), environment(PATH=path)) as here:
        yield here


@pytest.fixture(scope="module")
def elsewhere(initialised: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """With OpenTofu, in a second region, with a count that a plan would need too early."""
    project = a_project(initialised, tmp_path_factory.mktemp("elsewhere"))
    path = recording_terraform(project, "tofu")
    (project / "terraform" / "main.tf").write_text(with_an_alias(with_a_web_acl(TERRAFORM)))
    (project / "terraform" / "late.tf.json").write_text(json.dumps(LATE))
    given = project / "given.tfvars"
    given.write_text('region = "eu-central-1" # Frankfurt\n')
    bucket = "mine-pages.s3.eu-central-1.amazonaws.com"
    arguments = command(project, "-var-file", str(given), "-var", "nmae=mine")
    arguments[arguments.index(f"S3-mine-pages={project / 'pages'}")] = (
        f"{bucket}={project / 'pages'}"
    )
    with served(project, arguments, environment(PATH=path)) as here:
        yield here


@pytest.fixture(scope="module")
def report(initialised: Path, tmp_path_factory: pytest.TempPathFactory) -> Checked:
    return checked(a_project(initialised, tmp_path_factory.mktemp("checked")))


@pytest.mark.parametrize("with_provisioner", [False, True])
def test_a_folder_is_served_before_its_first_apply_without_running_its_code(
    request: pytest.FixtureRequest, with_provisioner: bool
) -> None:
    here: Served = request.getfixturevalue("planned" if with_provisioner else "plain")

    assert get(here.port, "/") == (200, b"home")
    assert get(here.port, "/none.html")[0] == 403
    assert "aws_cloudfront_distribution.site" not in here.start_log  # all of it is honoured
    assert sorted(path.name for path in here.folder.iterdir()) == here.before
    assert not list(here.project.rglob("PROVISIONED"))
    assert not list(here.project.rglob("TESTED"))
    assert not list(here.project.rglob("*localfront*.tftest.hcl"))
    assert not list(here.project.rglob("terraform.tfstate"))


@pytest.mark.parametrize("written_in", ["elsewhere", "plain"], ids=["count", "ARNs"])
def test_values_unknown_at_plan_time_do_not_prevent_serving(
    request: pytest.FixtureRequest, written_in: str
) -> None:
    here: Served = request.getfixturevalue(written_in)

    assert get(here.port, "/") == (200, b"home")
    assert "aws_cloudfront_distribution.site" not in here.start_log  # its web ACL neither


def test_a_site_and_an_api_defined_in_terraform_need_only_the_folder(project: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("there is no node on PATH")
    folder, code = project / "terraform", FOLDER / "code"
    shutil.rmtree(folder / "bucket")
    for name in ("main.tf", "fronts.tf"):
        text = (code / name).read_text().replace('version = "5.100.0"', "")
        (folder / name).write_text(text)
    for name in ("ssr", "api"):
        shutil.make_archive(str(folder / name), "zip", code / name)
    ports = ("--http-port", "0", "--https-port", "0")
    arguments = localfront("serve", folder, *ports, "--ca-dir", project / "ca")

    with serving_command(arguments, environment()) as (port, _):
        page, item = (json.loads(get(port, target)[1]) for target in ("/a", "/http/items/b"))

    assert (page["greeting"], page["event"]["rawPath"]) == ("hello", "/a")
    assert (item["table"], item["event"]["pathParameters"]) == ("logs", {"id": "b"})


def test_the_region_is_read_from_a_file_and_an_undeclared_variable_is_reported(
    elsewhere: Served,
) -> None:
    assert get(elsewhere.port, "/") == (200, b"home")  # the override names the bucket's region
    assert f"-var nmae names no variable of {elsewhere.folder}" in elsewhere.start_log
    assert "-var name " not in elsewhere.start_log


def test_opentofu_is_used_if_terraform_is_not_installed(elsewhere: Served) -> None:
    """With Terraform under OpenTofu's name: OpenTofu's own output is not tested here."""
    assert get(elsewhere.port, "/") == (200, b"home")


def test_a_provider_is_started_once_for_one_configuration_and_stopped(planned: Served) -> None:
    attached = [json.loads(line) for line in attachments(planned)]

    assert attached
    (source,) = {name for one in attached for name in one}
    assert source.endswith("/hashicorp/aws")
    processes = {one[source]["Pid"] for one in attached}
    assert len(processes) == 1
    assert not any(Path(one[source]["Addr"]["String"]).exists() for one in attached)


def test_each_configuration_of_a_provider_has_a_process(elsewhere: Served) -> None:
    assert get(elsewhere.port, "/") == (200, b"home")  # a page for both regions
    assert "" not in attachments(elsewhere)


def attachments(here: Served) -> list[str]:
    """TF_REATTACH_PROVIDERS of each start of Terraform."""
    return (here.project / "attached").read_text().splitlines()


def test_an_edit_deep_in_a_modules_folder_is_served(plain: Served) -> None:
    assert get(plain.port, "/none-yet.html") == (403, b"lost")

    (plain.folder / "bucket" / "settings" / "error.txt").write_text("/gone.html")
    wait_for(plain.log, "configuration changed")
    assert get(plain.port, "/none-later.html") == (403, b"gone")


def test_an_edit_is_served_and_an_invalid_one_is_reported_in_terraforms_words(
    plain: Served,
) -> None:
    main = plain.folder / "main.tf"

    main.write_text(MAIN.replace('= "index.html"', "= nonsense.here"))
    wait_for(plain.log, "main.tf:")
    assert get(plain.port, "/") == (200, b"home")

    main.write_text(MAIN.replace("index.html", "other.html"))
    wait_for(plain.log, "configuration changed")
    assert get(plain.port, "/") == (200, b"other")


def test_the_users_endpoints_get_no_requests(report: Checked) -> None:
    assert report.done.returncode == 0, report.done.stdout + report.done.stderr
    assert not json.loads(report.done.stdout)["findings"]
    assert report.received == []


def test_only_loopback_addresses_are_connected_to(report: Checked) -> None:
    """Every connect() of localfront, of Terraform and of its providers, as the kernel saw it."""
    if report.connects is None:
        pytest.skip("there is no strace on PATH, or it may not trace here")

    assert report.done.returncode == 0, report.done.stdout + report.done.stderr
    connects = [line for line in report.connects if "sin_addr" in line or "sin6" in line]
    assert connects, "Terraform asked its stub at the least"
    elsewhere = [line for line in connects if '"127.0.0.1"' not in line and '"::1"' not in line]
    assert elsewhere == []


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("variable", 'terraform: variable "name" has no value. Give -var name=VALUE, or -var-file'),
        (
            "variables",
            'variables "more", "name" have no value. Give -var more=VALUE -var name=VALUE',
        ),
        ("init", "init -backend=false"),
        ("version", 'requires hashicorp/aws "~> 4.0", and 5.'),
        ("empty", "no *.tf file"),
        ("syntax", "main.tf"),
    ],
)
def test_a_missing_prerequisite_is_a_one_line_error_with_the_remedy(
    broken: str, reason: str, project: Path
) -> None:
    folder = project / "terraform"
    arguments = command(project)
    if broken.startswith("variable"):
        arguments[arguments.index("name=mine")] = "region=eu-west-1"
        if broken == "variables":
            (folder / "more.tf").write_text('variable "more" {}')
    elif broken == "init":
        shutil.rmtree(folder / ".terraform")
    elif broken == "version":
        source = 'source = "hashicorp/aws"'
        (folder / "main.tf").write_text(MAIN.replace(source, f'{source}, version = "~> 4.0"'))
    elif broken == "empty":
        (folder / "main.tf").unlink()
    else:
        (folder / "main.tf").write_text("resource {{{")

    done = subprocess.run(
        arguments,
        cwd=REPOSITORY,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert done.returncode == 1
    assert reason in done.stderr
    assert "run block" not in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
