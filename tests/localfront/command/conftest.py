"""A Terraform folder with its providers installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.localfront.command.log_lines import PATIENCE
from tests.localfront.command.terraform_project import BUCKET, REAL, TERRAFORM, TEST_OF_THE_USER
from tests.localfront.command.terraform_served import a_project


@pytest.fixture(scope="module")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with its providers. Skips without Terraform or providers."""
    if shutil.which("terraform") is None:
        pytest.skip("there is no terraform on PATH")
    folder = tmp_path_factory.mktemp("project") / "terraform"
    for name, text in {
        "main.tf": TERRAFORM,
        "bucket/main.tf": BUCKET,
        "real/main.tf": REAL,
        "site.tftest.hcl": TEST_OF_THE_USER,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    done = subprocess.run(
        ["terraform", "init", "-backend=false", "-input=false"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"terraform init has no AWS provider here: {done.stderr[-300:]}")
    return folder


@pytest.fixture
def project(initialised: Path, tmp_path: Path) -> Path:
    return a_project(initialised, tmp_path)
