import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from harness.checkout import EDGE, FRONTEND
from harness.progress import Progress
from harness.stack import reload


@pytest.mark.parametrize(
    ("key", "content_type"),
    [
        ("home.html", "text/html; charset=utf-8"),
        ("assets/scripts/api.js", "text/javascript; charset=utf-8"),
        ("assets/images/icon.svg", "image/svg+xml; charset=utf-8"),
        ("assets/images/bridge.png", "image/png"),
    ],
)
def test_a_new_file_gets_the_type_of_its_kind(key: str, content_type: str) -> None:
    assert reload.guessed_type(key) == content_type


@pytest.mark.parametrize(
    "name",
    [
        *("home.html~", ".home.html.swp", "home.html.swp", "#home.html#", ".#home.html", "4913"),
        *("home.html___jb_tmp___", "home.html.tmp", "README.md", ".DS_Store"),
    ],
)
def test_files_that_are_not_pages_are_not_uploaded(name: str) -> None:
    nowhere: Any = None  # asked for nothing

    assert list(reload.bring([FRONTEND / name], nowhere, nowhere, built=False)) == []


def test_an_edit_of_the_edge_function_is_reported_like_a_pages() -> None:
    nowhere: Any = None  # localfront runs the folder itself

    report = reload.bring([EDGE / "session.py", EDGE / "a.py~"], nowhere, nowhere, built=False)

    assert list(report) == ["reloaded the edge function"]


def test_a_key_is_the_path_below_frontend() -> None:
    assert reload.key_of(FRONTEND / "assets" / "a.css") == "assets/a.css"
    assert reload.key_of(Path(FRONTEND, "home.html")) == "home.html"


@pytest.fixture
def change(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set it to save a page; the files are not watched otherwise. It ends like `watch`."""
    saved = threading.Event()

    def watch(*_: Path, stop_event: threading.Event) -> Iterator[set[tuple[int, str]]]:
        while not stop_event.wait(0.01):
            if saved.is_set():
                yield {(1, str(FRONTEND / "README.md"))}

    monkeypatch.setattr(reload, "watch", watch)
    return saved


def following(outputs: Callable[[], Any]) -> AbstractContextManager[None]:
    emulator: Any = None  # asked for nothing: no page has changed
    return reload.reloading(emulator, outputs, built=False, progress=Progress())


def followers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "reload"]


@pytest.mark.usefixtures("change")
def test_leaving_the_block_stops_watching_the_files() -> None:
    with following(lambda: None):
        (follower,) = followers()
        assert follower.is_alive()

    assert followers() == []


@pytest.mark.usefixtures("change")
def test_ctrl_c_during_the_watchers_start_leaves_none_running(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Otherwise Ctrl-C right after the banner would wait for ever."""
    start = threading.Thread.start

    def interrupted(thread: threading.Thread) -> None:
        start(thread)
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "start", interrupted)

    with pytest.raises(KeyboardInterrupt), following(lambda: None):
        pass

    assert followers() == []


def test_a_hanging_call_does_not_delay_the_exit(
    change: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reload, "ENDS_WITHIN", 0.1)
    requested, responded = threading.Event(), threading.Event()

    def outputs() -> None:
        requested.set()
        responded.wait(20)

    with following(outputs):
        change.set()
        assert requested.wait(20)

    (stuck,) = followers()
    assert stuck.daemon
    responded.set()
    stuck.join(20)
