"""`--origin-override` as users write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from localfront.errors import ConfigError
from localfront.origins.overrides import AnotherAddress, Folder, parse_override


@pytest.mark.parametrize(
    ("text", "origin", "override"),
    [
        (
            "api=http://localhost:3000",
            "api",
            AnotherAddress(base="http://localhost:3000"),
        ),
        (
            "api=https://[::1]:3000/base/",
            "api",
            AnotherAddress(base="https://[::1]:3000/base"),
        ),
        (
            "api=http://localhost:3000,host=localhost:3000",
            "api",
            AnotherAddress(base="http://localhost:3000", host="localhost:3000"),
        ),
        (
            "an.origin.example=http://a=b.test",
            "an.origin.example",
            AnotherAddress(base="http://a=b.test"),
        ),
    ],
)
def test_an_address_override_may_have_a_host(
    text: str, origin: str, override: AnotherAddress
) -> None:
    assert parse_override(text) == (origin, override)


def test_a_folder_override_resolves_links(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "link").symlink_to("pages")

    assert parse_override(f"site={tmp_path}/link") == (
        "site",
        Folder(tmp_path / "pages"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "api",
        "=http://localhost",
        "api=",
        "api=/no/such/folder",
        "api=localhost:3000",
        f"api={__file__}",
        "api=ftp://localhost",
        "api=http://",
        "api=http://localhost:0",
        "api=http://localhost:99999",
        "api=http://localhost/?x=1",
        "api=http://localhost/#x",
        "api=http://user:secret@localhost",
        "api=http://local host",
        "api=http://localhost\r\nX: 1",
        "api=http://localhost,host=",
        "api=http://localhost,host=a b",
        "api=http://localhost,host=a\r\nX: 1",
        "api=http://localhost,host=a@b",
    ],
)
def test_any_other_override_is_refused_with_the_valid_form(text: str) -> None:
    with pytest.raises(ConfigError, match="write ORIGIN=http://HOST:PORT"):
        parse_override(text)
