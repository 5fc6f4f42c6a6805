"""Which tests a parallel run keeps in one process, and which of them it starts first."""

from __future__ import annotations

# They share a browser and a served site: another of both takes as long as the tests of a module.
OF_THE_BROWSER = (
    *("test_page.py", "test_page_links.py", "test_page_list.py", "test_page_state.py"),
    "test_page_try.py",
)
# One of these would delay the end if it started late.
LONGEST = (
    *OF_THE_BROWSER,
    "test_serve_terraform.py",
    "test_saving.py",
    "test_keys.py",
    "test_stopping_process.py",
    "test_runtime_client.py",
    "test_trust_command.py",
    "test_serve_reload.py",
    "test_stopping_evaluation.py",
    "test_node_functions.py",
    "test_attacks.py",
    "test_faults.py",
    "test_pool.py",
    "test_supervision.py",
    "test_serve_published_functions.py",
    "test_junk_in_files.py",
    "test_plugin.py",
)


def process_of(test: str) -> str:
    """What stays in one process: the tests of a module, or all of the browser's."""
    module = test.partition("::")[0]
    return "the browser" if module.rpartition("/")[2] in OF_THE_BROWSER else module


def turn(file: str) -> int:
    """The position of a module's tests: the longest first, all others as they were."""
    return LONGEST.index(file) if file in LONGEST else len(LONGEST)
