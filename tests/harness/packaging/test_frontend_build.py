from pathlib import Path

import pytest

from harness.packaging import frontend_build


@pytest.fixture
def source(tmp_path: Path) -> Path:
    source = tmp_path / "frontend"
    (source / "assets").mkdir(parents=True)
    (source / "README.md").write_text("For developers.")
    (source / "home.html").write_text('<script src="/assets/home.js"></script>')
    (source / "assets" / "home.js").write_text("// release 0")
    return source


def release(source: Path, number: int) -> set[str]:
    """Build the release and return its files."""
    (source / "assets" / "home.js").write_text(f"// release {number}")
    site = frontend_build.build(source.parent / "build", source=source)
    return {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}


def test_developer_files_are_not_deployed(source: Path) -> None:
    assert {path for path in release(source, 0) if path.endswith(".md")} == set()


def test_old_assets_outlive_three_releases(source: Path) -> None:
    first = release(source, 1)
    [old] = first - {"home.html"}

    second, third, fourth, fifth = (release(source, number) for number in range(2, 6))

    assert old in second & third & fourth
    assert old not in fifth
    assert len(fifth) == 5  # the page, its script, and three earlier ones


def test_rebuilding_the_same_sources_is_not_a_release(source: Path) -> None:
    first = release(source, 1)
    second = release(source, 2)

    for _ in range(5):
        assert release(source, 2) == second

    assert first < second


def test_an_unreadable_record_is_started_again(source: Path) -> None:
    release(source, 1)
    (source.parent / "build" / "frontend-releases.json").write_text("{")

    assert len(release(source, 2)) == 2


def test_a_deleted_page_is_removed_from_the_build(source: Path) -> None:
    (source / "away.html").write_text("<p>Away</p>")
    assert "away.html" in release(source, 1)

    (source / "away.html").unlink()

    assert "away.html" not in release(source, 1)
