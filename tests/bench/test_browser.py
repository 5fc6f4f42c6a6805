"""Load times in a real browser, and errors without a browser."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bench import cores
from bench.browser import load_times
from bench.errors import BenchError
from harness.errors import MissingToolError
from harness.processes.chromium import find_chromium

EVERYWHERE = cores.plan().everywhere
PAGES = {"one": "data:text/html,one", "other": "data:text/html,other"}


def has_chromium() -> bool:
    try:
        return bool(find_chromium(os.environ))
    except MissingToolError:
        return False


@pytest.mark.skipif(not has_chromium(), reason="there is no Chromium here")
def test_each_page_is_timed_once_a_round(tmp_path: Path) -> None:
    took = load_times(PAGES, rounds=3, directory=tmp_path, cores=EVERYWHERE, seconds=60)

    assert {name: len(times) for name, times in took.items()} == {"one": 3, "other": 3}
    assert all(time > 0 for times in took.values() for time in times)


def test_a_hanging_browser_is_killed_and_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mute = tmp_path / "mute"
    mute.write_text(f'#!/bin/sh\necho $$ > "{tmp_path}/pid"\nexec sleep 600\n')
    mute.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(mute))

    with pytest.raises(BenchError, match="reported nothing within 1 s"):
        load_times(PAGES, rounds=3, directory=tmp_path, cores=EVERYWHERE, seconds=1)

    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
