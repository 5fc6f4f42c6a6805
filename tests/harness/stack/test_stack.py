from dataclasses import replace

from harness.emulators.emulators import named_by
from harness.stack.stack import Wanted, variables_of

WANTED = Wanted(name="e2e", emulator="external", session_ttl=60)
OTHERS = named_by({"AWS_ENDPOINT_URL": "http://localhost:4566"})


def test_two_runs_in_an_emulator_of_others_share_no_name() -> None:
    first = variables_of(WANTED, OTHERS, run="e2e-1")
    second = variables_of(WANTED, OTHERS, run="e2e-2")

    assert set(first) ^ set(second) == {"-var=name=e2e-1", "-var=name=e2e-2"}


def test_in_an_emulator_of_its_own_a_run_has_terraforms_names() -> None:
    ours = replace(OTHERS, is_ours=True)

    assert not any("name=" in each for each in variables_of(WANTED, ours, run="e2e-1"))
