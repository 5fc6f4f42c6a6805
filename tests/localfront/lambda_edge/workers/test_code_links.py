"""The targets of links in a function's code, and which are followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from localfront.lambda_edge.workers.code_links import CodeLinks, code_links


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for folder in (".git", "edge", "shared"):
        (tmp_path / "repository" / folder).mkdir(parents=True)
    return tmp_path / "repository"


def test_workspaces_that_npm_has_linked_can_be_read(repository: Path) -> None:
    scope = repository / "edge" / "node_modules" / "@fleet"
    scope.mkdir(parents=True)
    (scope / "names").symlink_to("../../../shared")
    (scope.parent / "etc").symlink_to("/etc")

    assert code_links(repository / "edge") == CodeLinks(
        readable=(repository / "shared",), refused=(scope.parent / "etc",)
    )


def test_links_to_files_deep_in_the_code_are_followed_too(repository: Path) -> None:
    (repository / "shared" / "names.py").touch()
    deep = repository / "edge" / "fleet" / "ships"
    deep.mkdir(parents=True)
    (deep / "names.py").symlink_to("../../../shared/names.py")

    links = code_links(repository / "edge")

    assert links.readable == (repository / "shared" / "names.py",)


@pytest.mark.parametrize("target", ["..", ".", "../.git", "../.git/config", "../.."])
def test_a_link_grants_access_neither_to_the_whole_repository_nor_to_git_files(
    repository: Path, target: str
) -> None:
    (repository / ".git" / "config").touch()
    link = repository / "edge" / "link"
    link.symlink_to(target)

    assert code_links(repository / "edge").readable == ()


def test_without_a_repository_no_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "code" / "other").symlink_to("../other")

    if any((folder / ".git").exists() for folder in tmp_path.parents):
        pytest.skip("pytest's folder is in a repository")
    assert code_links(tmp_path / "code") == CodeLinks(
        readable=(), refused=(tmp_path / "code" / "other",)
    )


def test_internal_and_broken_links_need_no_extra_access(repository: Path) -> None:
    edge = repository / "edge"
    (edge / "handler.py").touch()
    (edge / "index.py").symlink_to("handler.py")
    (edge / "gone.py").symlink_to("nowhere")
    (edge / "round").symlink_to("round")

    assert code_links(edge) == CodeLinks(readable=(), refused=())


def test_a_link_to_the_code_itself_needs_no_extra_access(repository: Path) -> None:
    (repository / "edge" / "shared").symlink_to("../shared")
    (repository.parent / "code").symlink_to(repository / "edge")

    links = code_links(repository.parent / "code")

    assert links.readable == (repository / "shared",)
