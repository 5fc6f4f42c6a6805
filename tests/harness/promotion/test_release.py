"""A release contains exactly one commit, with the same bytes each time."""

import json
import shutil
from pathlib import Path

import pytest

from harness import revision
from harness.checkout import TERRAFORM
from harness.errors import HarnessError
from harness.promotion import release
from harness.revision import git


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with this terraform/, committed."""
    root = tmp_path_factory.mktemp("checkout")
    shutil.copytree(TERRAFORM, root / "terraform", ignore=shutil.ignore_patterns(".terraform*"))
    (root / ".gitignore").write_text("build/\n")
    git("init", "-q", root=root)
    commit(root, "first")
    return root


def commit(root: Path, message: str) -> None:
    git("add", "-A", root=root)
    who = ("-c", "user.name=Q", "-c", "user.email=q@example.com", "-c", "commit.gpgsign=false")
    git(*who, "commit", "-qm", message, root=root)


@pytest.fixture(scope="module")
def made(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> release.Release:
    return release.make(tmp_path_factory.mktemp("releases"), root=checkout)


def test_two_releases_of_a_commit_have_the_same_bytes(
    made: release.Release, checkout: Path, tmp_path: Path
) -> None:
    again = release.make(tmp_path, root=checkout)

    assert again.folder.name == made.folder.name == revision.read(checkout).tree
    assert release.hashes(again.folder) == release.hashes(made.folder)
    assert (again.folder / "manifest.json").read_bytes() == (
        made.folder / "manifest.json"
    ).read_bytes()


def test_a_release_has_what_terraform_deploys_and_no_tests(made: release.Release) -> None:
    files = set(made.manifest.files)

    assert {"terraform/site.tf", "build/lambdas.zip", "build/edge.zip"} <= files
    assert "build/frontend/home.html" in files
    assert any(path.startswith("build/frontend/assets/scripts/home.") for path in files)
    assert not [path for path in files if "tftest" in path or "prerequisites" in path]


def test_uncommitted_changes_are_refused(checkout: Path, tmp_path: Path) -> None:
    stray = checkout / "terraform" / "stray.tf"
    stray.write_text("")
    try:
        with pytest.raises(HarnessError, match="uncommitted"):
            release.make(tmp_path, root=checkout)
    finally:
        stray.unlink()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("what", ["edited", "added", "removed"])
def test_a_modified_release_is_detected(made: release.Release, tmp_path: Path, what: str) -> None:
    folder = tmp_path / made.folder.name
    shutil.copytree(made.folder, folder)
    if what == "added":
        (folder / "terraform" / "backdoor.tf").write_text("")
    elif what == "edited":
        (folder / "terraform" / "site.tf").write_text("")
    else:
        (folder / "build" / "edge.zip").unlink()

    with pytest.raises(HarnessError, match="is not what was released"):
        release.read(folder)

    assert release.read(made.folder) == made


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "[]",
        "{}",
        json.dumps({"commit": "", "tree": "../x", "tools": {}, "files": {}}),
        json.dumps({"commit": "", "tree": "a" * 40, "tools": {}, "files": {"../x": ""}}),
    ],
)
def test_an_invalid_manifest_is_an_error(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "manifest.json").write_text(manifest)

    with pytest.raises(HarnessError, match=r"manifest"):
        release.read(tmp_path)


def test_a_folder_without_a_manifest_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(HarnessError, match="no release in"):
        release.read(tmp_path / "nowhere")
