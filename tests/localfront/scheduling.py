"""Which tests a parallel run keeps in one process, and which of them it starts first."""

from __future__ import annotations

FOLDER = "tests/localfront/"
# They share a browser, and most of them a served site: another of both takes as long as the tests of
# a module.
OF_THE_BROWSER = (
    "command/test_serve_reload.py",
    "inspector/test_page.py",
    "inspector/test_page_links.py",
    "inspector/test_page_list.py",
    "inspector/test_page_state.py",
    "inspector/test_page_try.py",
)
# One of these would delay the end if it started late.
LONGEST = (
    *OF_THE_BROWSER,
    "command/test_serve_terraform.py",
    "lambda_edge/workers/test_supervision.py",
    "lambda_edge/test_attacks.py",
    "lambda_edge/test_runtime_client.py",
    "sources/test_junk_in_files.py",
    "testing/test_plugin.py",
    "inspector/test_saving.py",
    "command/test_keys.py",
    "command/test_stopping_process.py",
    "trust/test_trust_command.py",
    "command/test_stopping_evaluation.py",
    "lambda_edge/test_node_functions.py",
    "lambda_edge/test_faults.py",
    "lambda_edge/test_pool.py",
    "command/test_serve_published_functions.py",
)


def process_of(test: str) -> str:
    """The group of tests that stays in one process: a module's, or all of the browser's."""
    module = _module_of(test)
    return "the browser" if module in OF_THE_BROWSER else module


def turn(test: str) -> int:
    """A test's place among all: the longest modules first, and the others as they were."""
    module = _module_of(test)
    return LONGEST.index(module) if module in LONGEST else len(LONGEST)


def _module_of(test: str) -> str:
    return test.partition("::")[0].removeprefix(FOLDER)
