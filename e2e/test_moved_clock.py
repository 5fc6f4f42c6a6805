"""A session that ends at the edge because the clock was moved there, without waiting.

The stack's own localfront serves other tests meanwhile, so this one has another in front of the same
emulator, with a clock of its own. The emulator's functions, behind the API, keep the real time.
"""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from e2e.fleet import Captain
from e2e.pages.log_page import LogPage
from e2e.pages.login_page import LoginPage
from e2e.stack import Stack
from e2e.visitor import Visitor
from harness.emulators.emulators import without_aws
from harness.processes import localfront_process
from harness.processes.children import Children
from harness.processes.localfront_process import Localfront
from localfront.command.inspector_client import ask
from localfront.inspector.whereabouts import whereabouts

Move = Callable[[str], None]


@pytest.fixture(scope="module")
def site(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Localfront]:
    with Children() as children:
        yield localfront_process.start(
            Localfront(http_port=0, https_port=0),
            children,
            edge_function_name="",
            environment={**without_aws(os.environ), **stack.emulator.variables()},
            log=tmp_path_factory.mktemp("moved") / "localfront.log",
            echo=False,
        )


@pytest.fixture
def move(site: Localfront) -> Iterator[Move]:
    """Move the site's clock; it is reset at the end."""
    inspector = whereabouts(localfront_process.CA_FILE.parent, site.http_port)

    def moved(order: str) -> None:
        ask(*inspector, "POST", "/api/clock", {"order": order})

    yield moved
    moved("reset")


def test_a_one_hour_session_has_expired_at_the_edge_two_hours_later(
    captain: Captain,
    visitor: Visitor,
    site: Localfront,
    move: Move,
    log_page: LogPage,
    login_page: LoginPage,
    page: Page,
) -> None:
    visitor.sign_in(captain)  # for an hour
    page.goto(site.https_url)
    log_page.expect_open_for(captain.user_name)

    move("+2h")
    page.goto(site.https_url)
    login_page.expect_open()
    assert visitor.session_status() == 200  # the API's clock was not moved

    move("reset")
    page.goto(site.https_url)
    log_page.expect_open_for(captain.user_name)
