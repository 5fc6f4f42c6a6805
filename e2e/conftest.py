"""Fixtures: the stack, the browser and captains; artifacts of failed tests."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from e2e.browser_messages import BrowserMessages
from e2e.failure_logs import LogMarks
from e2e.failure_pictures import keep_pictures
from e2e.fleet import Captain, Fleet, Stores, stores_of
from e2e.live_fleet import LiveFleet, prevent_other_log_ins
from e2e.pages.error_page import ErrorPage
from e2e.pages.log_page import LogPage
from e2e.pages.login_page import LoginPage
from e2e.solid_surfaces import paint_solid
from e2e.stack import Stack, StackError
from e2e.visitor import Visitor
from harness.processes.chromium import find_chromium
from harness.processes.steady_network import wrapped

# Correctness is tested here, not speed: hashing one password can take seconds on a busy machine.
expect.set_options(timeout=20_000)

_LOG_MARKS = pytest.StashKey[tuple[LogMarks, Path]]()
_PICTURES = pytest.StashKey[bool]()
_TRACES = pytest.StashKey[bool]()
_PASSED = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    """Exit with one line, before the first test, if there is no stack."""
    # The plugin takes pictures and writes a trace at the end of every test, to throw away those of
    # tests that passed.
    config.stash[_PICTURES] = config.option.screenshot == "only-on-failure"
    if config.stash[_PICTURES]:
        config.option.screenshot = "off"
    config.stash[_TRACES] = config.option.tracing == "retain-on-failure"
    if config.stash[_TRACES]:
        config.option.tracing = "off"
    try:
        Stack.from_environ()
    except StackError as error:
        raise pytest.UsageError(str(error)) from error


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On a live site, deselect all tests that are not marked for it."""
    if Stack.from_environ().live:
        items[:] = [item for item in items if item.get_closest_marker("live")]


@pytest.fixture(scope="session")
def stack() -> Stack:
    return Stack.from_environ()


@pytest.fixture(scope="session")
def base_url(stack: Stack) -> str:
    return stack.site_url


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any],
    stack: Stack,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Any]:
    home = stack.live.browser_home if stack.live else None
    # Chromium refuses to sandbox for root, as whom containers and CI often run.
    for_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {
        **browser_type_launch_args,
        "executable_path": wrapped(find_chromium(os.environ), tmp_path_factory.mktemp("browser")),
        "args": [*browser_type_launch_args.get("args", []), *for_root],
        **({"env": {**os.environ, "HOME": home}} if home else {}),
    }


@pytest.fixture(scope="session")
def browser_context_args(
    browser_context_args: dict[str, Any], base_url: str, stack: Stack
) -> dict[str, Any]:
    return {
        **browser_context_args,
        "base_url": base_url,
        # The system does not trust the local authority; a live site's certificate is verified.
        "ignore_https_errors": stack.live is None,
        "locale": "en-GB",
        "timezone_id": "UTC",
        # Animations take processor time; a test of one enables motion with a mark.
        "reduced_motion": "reduce",
    }


@pytest.fixture(scope="session")
def stores(stack: Stack) -> Stores:
    """Made once: botocore reads megabytes of JSON for a client."""
    return stores_of(stack)


@pytest.fixture
def fleet(stack: Stack, stores: Stores) -> Iterator[Fleet]:
    fleet = LiveFleet(stores, stack.live, stack.site_url) if stack.live else Fleet(stores)
    yield fleet
    fleet.disband()


@pytest.fixture
def captain(fleet: Fleet) -> Captain:
    """A captain of this test's own, with an empty log."""
    return fleet.commission()


@pytest.fixture
def browser_messages() -> Iterator[BrowserMessages]:
    """Fail tests in which the browser logs errors that they do not `allow`."""
    messages = BrowserMessages()
    yield messages
    assert messages.unexpected() == []


@pytest.fixture
def context(
    context: BrowserContext,
    browser_messages: BrowserMessages,
    request: pytest.FixtureRequest,
    stack: Stack,
) -> Iterator[BrowserContext]:
    """Playwright's browser context, watched and traced, whose pages have no gradients."""
    browser_messages.listen(context)
    paint_solid(context)
    if stack.live:
        prevent_other_log_ins(context, stack.live)
    traced = request.config.stash[_TRACES]
    if traced:
        # A trace has the page at each action anyway; a picture of each frame costs a quarter of
        # a test. `--tracing on` asks for all that there is.
        context.tracing.start(title=request.node.name, snapshots=True, sources=True)
    yield context
    failed = not request.node.stash.get(_PASSED, False)
    if browser_messages.unexpected():
        keep_pictures_of(request.node)
        failed = True
    if traced:
        folder = request.node.stash[_LOG_MARKS][1]
        context.tracing.stop(path=folder / "trace.zip" if failed else None)


@pytest.fixture
def login_page(page: Page) -> LoginPage:
    return LoginPage(page)


@pytest.fixture
def error_page(page: Page) -> ErrorPage:
    return ErrorPage(page)


@pytest.fixture
def log_page(page: Page) -> LogPage:
    return LogPage(page)


@pytest.fixture
def visitor(context: BrowserContext, fleet: Fleet, base_url: str) -> Visitor:
    return Visitor(context, fleet, site_url=base_url)


@pytest.fixture(autouse=True)
def log_marks(request: pytest.FixtureRequest, stack: Stack, output_path: str) -> None:
    """The lengths of the stack's logs at the start of the test."""
    marks = LogMarks.set_at_the_end_of(stack.logs)
    request.node.stash[_LOG_MARKS] = (marks, Path(output_path))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Store what the stack logged during a failed test, and its pages, next to its trace."""
    report = yield
    if report.when == "call":
        item.stash[_PASSED] = report.passed
    if report.failed and _LOG_MARKS in item.stash:
        marks, folder = item.stash[_LOG_MARKS]
        marks.copy_what_followed(folder)
        # The files may be out of reach, as on a CI machine that is gone: the report is not.
        for name, lines in marks.troubles():
            report.sections.append((f"errors in {name} since the start of the test", lines))
    if report.failed and report.when != "teardown":
        keep_pictures_of(item)
    return report


def keep_pictures_of(item: pytest.Item) -> None:
    """Take pictures of what the test left open, if they are wanted."""
    assert isinstance(item, pytest.Function)
    context = item.funcargs.get("context")
    if isinstance(context, BrowserContext) and item.config.stash[_PICTURES]:
        keep_pictures(context, item.stash[_LOG_MARKS][1])
