"""Files that a run leaves: its log, and a state that could not be saved."""

from pathlib import Path

from harness.checkout import TERRAFORM
from harness.promotion import deployment
from harness.promotion.account import Account
from harness.promotion.target import Target


def test_only_the_log_and_traces_of_failed_flows_are_kept(tmp_path: Path) -> None:
    (tmp_path / "promote.log").write_text("all of it")
    (tmp_path / "flows").mkdir()
    (tmp_path / "work-abc" / "terraform").mkdir(parents=True)
    (tmp_path / "work-abc" / "terraform" / "promote.tfplan").write_text("secret")

    assert deployment.tidy(tmp_path) == []

    assert {path.name for path in tmp_path.iterdir()} == {"promote.log", "flows"}


def test_a_state_that_could_not_be_written_is_kept(tmp_path: Path) -> None:
    for work in ("work-abc", "work-def"):
        (tmp_path / work / "terraform").mkdir(parents=True)
        (tmp_path / work / "terraform" / "errored.tfstate").write_text(work)

    kept = deployment.tidy(tmp_path)

    assert sorted(path.read_text() for path in kept) == ["work-abc", "work-def"]
    assert sorted(tmp_path.iterdir()) == sorted(kept)


def test_a_runs_folder_is_private_to_its_user(tmp_path: Path) -> None:
    target = Target(
        environment="prod",
        site="logs.example.com",
        zone="example.com",
        account="123456789012",
        stack="my-serverless-website",
    )

    folder = deployment.folder_for(target, tmp_path)

    assert folder.stat().st_mode & 0o077 == 0
    assert folder.parent == tmp_path / "prod"


def test_two_runs_within_one_second_have_a_folder_each(tmp_path: Path) -> None:
    target = Target(
        environment="prod",
        site="logs.example.com",
        zone="example.com",
        account="123456789012",
        stack="my-serverless-website",
    )

    folders = {deployment.folder_for(target, tmp_path) for _ in range(20)}

    assert len(folders) == 20


def test_the_state_is_encrypted_locked_and_bound_to_one_account(account: Account) -> None:
    target = Target(
        environment="prod",
        site="logs.example.com",
        zone="example.com",
        account="000000000000",
        stack="my-serverless-website",
    )

    [settings] = deployment.backend(account, target)["terraform"]["backend"].values()

    assert settings["use_lockfile"] is True
    assert settings["encrypt"] is True
    assert settings["allowed_account_ids"] == ["000000000000"]
    assert settings["key"] == "prod/terraform.tfstate"


def test_without_promotion_the_state_is_local() -> None:
    assert not [file for file in TERRAFORM.glob("*.tf") if "backend" in file.read_text()]
