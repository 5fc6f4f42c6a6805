"""Groups of test modules: one process each, side by side, because Terraform mostly waits.

None takes much longer than the others.

pytest-xdist 3.8 has `--dist loadgroup` for that, which does nothing with pytest 9.2.
"""

from pathlib import PurePosixPath

# All others: they change the stack and change it back, so nobody may look meanwhile.
OF_THE_STACK = "stack"
GROUPS = {
    # Their environments are their own; of the stack they use the account and its tables.
    "promotion": (
        *("test_kills", "test_looks", "test_promoting", "test_two_at_once"),
        "test_unprotecting",
    ),
    # They share a provider, for which only one Terraform at a time has room, and mostly wait for
    # CloudFront.
    "provider": ("test_access_identities", "test_adoption", "test_waiting"),
    # The one by hand waits for CloudFront, too.
    "by hand": ("test_by_hand", "test_faults"),
    # They need little of the stack.
    "others": ("test_killed_run", "test_plan_only", "test_teardown"),
}
GROUP_OF = {name: group for group, names in GROUPS.items() for name in names}


def group_of(test: str) -> str:
    """The group of a test, which is given by its node id."""
    module = PurePosixPath(test.partition("::")[0]).stem
    return GROUP_OF.get(module, OF_THE_STACK)
