import re

import pytest

from harness.checkout import FRONTEND
from harness.errors import HarnessError
from harness.packaging.frontend_build import source_files
from harness.packaging.hashed_assets import IMMUTABLE, with_hashed_names

SITE = {
    "home.html": b'<link href="/assets/s.css"><script src="/assets/js/home.js"></script>',
    "assets/s.css": b'body { background: url("i/stars.svg") }',
    "assets/i/stars.svg": b"<svg/>",
    "assets/js/home.js": b'import { ask } from "./api.js"; ask("/api/logs");',
    "assets/js/api.js": b'export const ask = (path) => fetch(path + "/assets".length);',
}


def name_of(stem: str, files: dict[str, bytes]) -> str:
    [found] = [path for path in files if path.startswith(f"{stem}.")]
    return found


def test_assets_are_named_after_their_content_and_pages_keep_their_names() -> None:
    made = with_hashed_names(SITE)

    assert "home.html" in made
    others = made.keys() - {"home.html"}
    assert len(others) == 4
    assert all(IMMUTABLE.fullmatch(path) for path in others)


def test_every_reference_is_rewritten_to_the_new_name() -> None:
    made = with_hashed_names(SITE)

    home = made["home.html"].decode()
    assert f'"/{name_of("assets/s", made)}"' in home
    assert f'"/{name_of("assets/js/home", made)}"' in home
    stars = name_of("assets/i/stars", made).removeprefix("assets/")
    assert f'url("{stars}")' in made[name_of("assets/s", made)].decode()
    api = name_of("assets/js/api", made).removeprefix("assets/js/")
    script = made[name_of("assets/js/home", made)].decode()
    assert f'from "./{api}"' in script
    assert 'ask("/api/logs")' in script


def test_a_change_renames_the_asset_and_everything_that_references_it() -> None:
    before = with_hashed_names(SITE)
    after = with_hashed_names({**SITE, "assets/js/api.js": b"export const ask = fetch;"})

    changed = {path.split(".")[0] for path in before.keys() ^ after.keys()}
    assert changed == {"assets/js/api", "assets/js/home"}


def test_names_do_not_depend_on_the_order_of_sources() -> None:
    backwards = dict(reversed(SITE.items()))

    assert with_hashed_names(backwards) == with_hashed_names(SITE)


def test_a_dangling_reference_is_refused_by_name() -> None:
    with pytest.raises(HarnessError, match=r"home\.html refers to assets/gone\.css"):
        with_hashed_names({"home.html": b'<link href="/assets/gone.css">'})


def test_a_circular_reference_is_refused_by_name() -> None:
    circle = {"assets/a.js": b'import "./b.js"', "assets/b.js": b'import "./a.js"'}

    with pytest.raises(HarnessError, match=r"assets/a\.js, assets/b\.js"):
        with_hashed_names(circle)


def test_every_reference_of_the_real_front_end_is_rewritten() -> None:
    made = with_hashed_names(source_files(FRONTEND))

    plain = re.compile(rb"""["'(]([./]*/[\w/-]+\.(?:css|js|svg))["')]""")
    left = {path: found for path, text in made.items() if (found := plain.findall(text))}
    assert left == {}
    scripts = [path for path in made if path.endswith(".js")]
    preloaded = set(re.findall(rb'modulepreload" href="/([^"]+)"', made["home.html"]))
    imported = {
        f"assets/scripts/{name.decode()}"
        for path in scripts
        if "/login." not in path
        for name in re.findall(rb'^import .* from "\./([^"]+)"', made[path], re.M)
    }
    assert {path.decode() for path in preloaded} == imported
