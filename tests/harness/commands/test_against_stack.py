from argparse import Namespace

from harness.commands.against_stack import environment


def test_the_command_learns_nothing_of_a_real_account() -> None:
    environ = {"PATH": "/bin", "AWS_PROFILE": "enterprise", "AWS_REGION": "mars-1"}

    assert environment(Namespace(browser=None), environ) == {"PATH": "/bin"}
