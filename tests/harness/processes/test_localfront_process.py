"""localfront as the harness starts it."""

import os
from pathlib import Path

import pytest

from harness.checkout import EDGE, ROOT
from harness.processes import localfront_process
from harness.processes.children import Children
from harness.processes.localfront_process import Localfront

PLAN = ROOT / "tests" / "fixtures" / "terraform" / "application-plan.json"
NOWHERE = "http://127.0.0.1:1"


def test_a_configuration_file_in_the_checkout_is_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "localfront.toml").write_text("[serve]\nlog-format = 'nonsense'\n")
    (tmp_path / "logs").mkdir()
    monkeypatch.setattr(localfront_process, "ROOT", tmp_path)
    monkeypatch.chdir(tmp_path)
    here = ("--origin-override", f"site={tmp_path}", "--origin-override", f"api={NOWHERE}")
    wanted = Localfront(http_port=0, https_port=0, edge_directory=EDGE, options=(str(PLAN), *here))

    with Children() as children:
        running = localfront_process.start(
            wanted,
            children,
            edge_function_name="my-serverless-website-edge",
            environment=os.environ,
            log=tmp_path / "logs" / "localfront.log",
            echo=False,
        )

    assert running.https_port
