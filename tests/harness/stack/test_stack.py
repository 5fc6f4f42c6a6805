import os
from dataclasses import replace
from pathlib import Path

import pytest

from harness.emulators.emulators import named_by
from harness.errors import HarnessError
from harness.processes.children import Children
from harness.stack.stack import Wanted, side_by_side, variables_of

WANTED = Wanted(name="e2e", emulator="external", session_ttl=60)
OTHERS = named_by({"AWS_ENDPOINT_URL": "http://localhost:4566"})


def test_two_runs_in_a_shared_emulator_have_different_names() -> None:
    first = variables_of(WANTED, OTHERS, run="e2e-1")
    second = variables_of(WANTED, OTHERS, run="e2e-2")

    assert set(first) ^ set(second) == {"-var=name=e2e-1", "-var=name=e2e-2"}


def test_in_its_own_emulator_a_run_uses_terraforms_names() -> None:
    ours = replace(OTHERS, is_ours=True)

    assert not any("name=" in each for each in variables_of(WANTED, ours, run="e2e-1"))


def test_a_failed_task_cancels_the_others(tmp_path: Path) -> None:
    """A task that waits for a child would wait for ever."""
    with Children() as children:

        def waits() -> object:
            return children.run(["sleep", "600"], env=dict(os.environ), cwd=tmp_path)

        def fails() -> object:
            raise HarnessError("no way")

        with pytest.raises(HarnessError, match="no way"):
            side_by_side(children, waits, fails)

        assert children.is_closed()


def test_results_of_several_tasks_are_in_their_order() -> None:
    with Children() as children:
        assert side_by_side(children, lambda: 1, lambda: 2) == [1, 2]
