"""A folder with Terraform, served before its first apply: evaluated by Terraform, and nothing run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.localfront.command.log_lines import PATIENCE
from tests.localfront.command.terraform_project import (
    ARNS,
    LATE,
    PROVISIONER,
    TERRAFORM,
    command,
    environment,
)
from tests.localfront.command.test_serve_files import (
    REPOSITORY,
    get,
    serving_command,
    wait_for,
    wait_until,
)
from tests.localfront.sources.plans import FOLDER
from tests.localfront.warm_start.command import localfront


@pytest.mark.parametrize("with_provisioner", [False, True])
def test_a_folder_is_served_before_its_first_apply_and_nothing_of_it_runs(
    project: Path, with_provisioner: bool
) -> None:
    folder = project / "terraform"
    if with_provisioner:
        (folder / "deployed.tf").write_text(PROVISIONER)
    before = sorted(path.name for path in folder.iterdir())

    with serving_command(command(project), environment()) as (port, log):
        assert get(port, "/") == (200, b"home")
        assert get(port, "/none.html")[0] == 403
        told = wait_until(log, "certificate authority")

    assert "aws_cloudfront_distribution.site" not in told  # all of it is honoured
    assert sorted(path.name for path in folder.iterdir()) == before
    assert not list(project.rglob("PROVISIONED"))
    assert not list(project.rglob("TESTED"))
    assert not list(project.rglob("*localfront*.tftest.hcl"))
    assert not list(project.rglob("terraform.tfstate"))


@pytest.mark.parametrize("written", [LATE, ARNS], ids=["count", "ARNs"])
def test_what_a_plan_would_have_to_know_too_early_does_not_stand_in_the_way(
    project: Path, written: dict[str, object]
) -> None:
    (project / "terraform" / "late.tf.json").write_text(json.dumps(written))

    with serving_command(command(project), environment()) as (port, _):
        assert get(port, "/") == (200, b"home")


def test_a_site_and_an_api_that_are_code_need_the_folder_alone(project: Path) -> None:
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


def test_the_region_is_that_of_a_file_and_a_variable_that_there_is_not_is_told(
    project: Path,
) -> None:
    given = project / "given.tfvars"
    given.write_text('region = "eu-central-1" # Frankfurt\n')
    bucket = "mine-pages.s3.eu-central-1.amazonaws.com"
    arguments = command(project, "-var-file", str(given), "-var", "nmae=mine")
    arguments[arguments.index(f"S3-mine-pages={project / 'pages'}")] = (
        f"{bucket}={project / 'pages'}"
    )

    with serving_command(arguments, environment()) as (port, log):
        assert get(port, "/") == (200, b"home")
        told = wait_until(log, "certificate authority")

    assert f"-var nmae names no variable of {project / 'terraform'}" in told
    assert "-var name " not in told


def test_an_edit_is_served_and_one_that_is_wrong_is_told_in_terraforms_words(
    project: Path,
) -> None:
    main = project / "terraform" / "main.tf"
    (project / "pages" / "other.html").write_text("other")

    with serving_command(command(project), environment()) as (port, log):
        main.write_text(TERRAFORM.replace('= "index.html"', "= nonsense.here"))
        wait_for(log, "main.tf:")
        assert get(port, "/") == (200, b"home")

        main.write_text(TERRAFORM.replace("index.html", "other.html"))
        wait_for(log, "configuration changed")
        assert get(port, "/") == (200, b"other")


def test_opentofu_is_asked_where_it_alone_is_installed(project: Path) -> None:
    """With Terraform under OpenTofu's name: what OpenTofu itself would say, no test here knows."""
    terraform = shutil.which("terraform")
    tofu = project / "bin" / "tofu"
    tofu.parent.mkdir()
    tofu.write_text(f'#!/bin/sh\nexec {terraform} "$@"\n')
    tofu.chmod(0o755)

    with serving_command(command(project), environment(PATH=str(tofu.parent))) as (port, _):
        assert get(port, "/") == (200, b"home")


def test_an_edit_deep_in_a_modules_folder_is_served(project: Path) -> None:
    root = project / "terraform" / "bucket" / "settings" / "root.txt"
    root.parent.mkdir()
    root.write_text("index.html")
    (project / "terraform" / "bucket" / "root.tf").write_text(
        'output "root" { value = trimspace(file("${path.module}/settings/root.txt")) }\n'
    )
    main = project / "terraform" / "main.tf"
    main.write_text(TERRAFORM.replace('= "index.html"', "= module.site.root"))
    (project / "pages" / "other.html").write_text("other")

    with serving_command(command(project), environment()) as (port, log):
        assert get(port, "/") == (200, b"home")

        root.write_text("other.html")
        wait_for(log, "configuration changed")
        assert get(port, "/") == (200, b"other")


def test_no_endpoint_of_the_users_is_asked(project: Path) -> None:
    asked: list[str] = []

    class Canary(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.send_error(500)

        do_GET = do_HEAD = do_CONNECT = do_POST  # noqa: N815 - http.server's names for it

    canary = HTTPServer(("127.0.0.1", 0), Canary)
    Thread(target=canary.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{canary.server_port}"
    try:
        done = subprocess.run(  # noqa: S603 - our own command, and no shell
            [
                *localfront("check", "-var", "name=mine"),
                *("--format", "json", str(project / "terraform")),
            ],
            cwd=REPOSITORY,
            env=environment(
                AWS_ENDPOINT_URL=url,
                HTTPS_PROXY=url,
                HTTP_PROXY=url,
                AWS_PROFILE="somebody",
            ),
            capture_output=True,
            text=True,
            timeout=PATIENCE * 2,
            check=False,
        )
    finally:
        canary.shutdown()
        canary.server_close()

    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert not report["findings"]
    assert asked == []


def test_nothing_but_loopback_is_asked(project: Path) -> None:
    """Every connect() of localfront, of Terraform and of its providers, as the kernel saw it."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("there is no strace on PATH")
    record = project / "connects"
    done = subprocess.run(  # noqa: S603 - our own command, and no shell
        [
            *(strace, "-f", "-qq", "-e", "trace=connect", "-e", "signal=none", "-o", str(record)),
            *(sys.executable, "-m", "localfront", "check", "-var", "name=mine"),
            str(project / "terraform"),
        ],
        cwd=REPOSITORY,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE * 8,
        check=False,
    )
    if not record.exists() or "attach" in done.stderr:
        pytest.skip(f"strace may not trace here: {done.stderr[-200:]}")

    assert done.returncode == 0, done.stdout + done.stderr
    asked = [
        line for line in record.read_text().splitlines() if "sin_addr" in line or "sin6" in line
    ]
    assert asked, "Terraform asked its stub at the least"
    elsewhere = [line for line in asked if '"127.0.0.1"' not in line and '"::1"' not in line]
    assert elsewhere == []


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("variable", 'terraform: variable "name" has no value. Give -var name=VALUE, or -var-file'),
        (
            "variables",
            'variables "name", "more" have no value. Give -var name=VALUE -var more=VALUE',
        ),
        ("init", "init -backend=false"),
        ("empty", "no *.tf file"),
        ("syntax", "main.tf"),
    ],
)
def test_what_is_missing_is_one_line_with_the_way_out(
    broken: str, told: str, project: Path
) -> None:
    folder = project / "terraform"
    arguments = command(project)
    if broken.startswith("variable"):
        arguments[arguments.index("name=mine")] = "region=eu-west-1"
        if broken == "variables":
            (folder / "more.tf").write_text('variable "more" {}')
    elif broken == "init":
        shutil.rmtree(folder / ".terraform")
    elif broken == "empty":
        (folder / "main.tf").unlink()
    else:
        (folder / "main.tf").write_text("resource {{{")

    done = subprocess.run(  # noqa: S603 - our own command, and no shell
        arguments,
        cwd=REPOSITORY,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert done.returncode == 1
    assert told in done.stderr
    assert "run block" not in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
