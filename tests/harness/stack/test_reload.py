from pathlib import Path

import pytest

from harness.checkout import FRONTEND
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


@pytest.mark.parametrize("name", ["home.html~", ".home.html.swp", "README.md"])
def test_files_that_are_no_pages_stay_here(name: str) -> None:
    path = FRONTEND / name

    assert reload.is_backup(path)


def test_a_key_is_the_path_below_frontend() -> None:
    assert reload.key_of(FRONTEND / "assets" / "a.css") == "assets/a.css"
    assert reload.key_of(Path(FRONTEND, "home.html")) == "home.html"
