"""A saved MiniStack's content is restored, without what should be forgotten."""

import io
import os
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from harness.emulators import emulators, saving
from harness.emulators.emulators import MINISTACKS_FOLDER, STATE, Emulator
from harness.errors import HarnessError
from harness.packaging.packages import archive
from harness.processes.children import Children
from harness.progress import Progress
from harness.snapshots.made_from import MadeFrom
from harness.snapshots.store import Store
from harness.stack import kept_stack
from harness.stack.kept_stack import Kept
from harness.terraform.workspace import STATE_FILE
from tests.harness.outputs import OUTPUTS

MADE_FROM = MadeFrom(emulator="e", terraform="t", seeding="s")
SESSIONS, ATTEMPTS = "site-sessions", "site-login-attempts"
ANSWERS = b"def handler(event, context):\n    return 'still here'\n"


@pytest.fixture
def snapshots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "snapshots"
    monkeypatch.setattr(
        Kept, "store", property(lambda kept: Store(run=kept.directory, say=print, folder=folder))
    )
    return folder


def a_run(directory: Path) -> Kept:
    (directory / "logs").mkdir(parents=True)
    (directory / "terraform").mkdir()
    return Kept(
        name="dev",
        made_from=MADE_FROM,
        directory=directory,
        configuration=directory / "terraform",
        progress=Progress(),
    )


def client(emulator: Emulator, service: Any) -> Any:
    return emulator.session().client(service, endpoint_url=emulator.endpoint)


def fill(emulator: Emulator) -> None:
    dynamodb = client(emulator, "dynamodb")
    for table in (SESSIONS, ATTEMPTS):
        dynamodb.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "userName", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "userName", "AttributeType": "S"}],
        )
        dynamodb.put_item(TableName=table, Item={"userName": {"S": "kirk"}})
    s3 = client(emulator, "s3")
    s3.create_bucket(Bucket="pages")
    s3.put_object(Bucket="pages", Key="a/ü.html", Body=b"hello", CacheControl="no-cache")
    client(emulator, "lambda").create_function(
        FunctionName="edge",
        Runtime="python3.13",
        Handler="edge.handler",
        Role="arn:aws:iam::000000000000:role/edge",
        Code={"ZipFile": archive({"edge.py": ANSWERS})},
        Publish=True,
    )


def written(run: Kept) -> dict[str, int]:
    """When each file of MiniStack's state was written."""
    return {file.name: file.stat().st_mtime_ns for file in (run.emulators_files / STATE).iterdir()}


@pytest.mark.usefixtures("snapshots")
def test_a_restored_stack_has_its_data_but_no_failed_login_counts(tmp_path: Path) -> None:
    first, second = a_run(tmp_path / "dev-1"), a_run(tmp_path / "dev-2")
    with Children() as children:
        emulator = emulators.start(
            "ministack", children, environ=os.environ, directory=first.directory
        )
        fill(emulator)
        (first.configuration / STATE_FILE).write_text("{}")
        first.keep(emulator, OUTPUTS)

    before = second.put_in_place()
    assert before is not None
    assert before.outputs == OUTPUTS
    with Children() as children:
        emulator = emulators.start(
            "ministack", children, environ=os.environ, directory=second.directory
        )
        kept_stack.forgive_failed_logins(emulator)

        dynamodb = client(emulator, "dynamodb")
        page = client(emulator, "s3").get_object(Bucket="pages", Key="a/ü.html")
        response = client(emulator, "lambda").invoke(FunctionName="edge", Qualifier="1")
        assert dynamodb.scan(TableName=SESSIONS)["Count"] == 1
        assert dynamodb.scan(TableName=ATTEMPTS)["Count"] == 0
        assert (page["Body"].read(), page["CacheControl"]) == (b"hello", "no-cache")
        assert io.BytesIO(response["Payload"].read()).read() == b'"still here"'
        saved = written(second)
    assert written(second) == saved != {}  # a stop saves nothing
    assert (second.configuration / STATE_FILE).read_text() == "{}"


def test_a_failed_save_of_the_emulator_is_not_a_snapshot(
    tmp_path: Path, snapshots: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = a_run(tmp_path / "dev-1")
    with Children() as children:
        emulator = emulators.start(
            "ministack", children, environ=os.environ, directory=run.directory
        )
        client(emulator, "s3").create_bucket(Bucket="pages")
        (run.directory / MINISTACKS_FOLDER / STATE).write_text("in the way of a folder")

        run.keep(emulator, OUTPUTS)

        output = capsys.readouterr().out
        assert "this stack was not saved: The emulator could not save its state" in output
        assert "s3" in output
        assert not snapshots.exists()
        without_key = urllib.request.Request(emulator.endpoint + saving.PATH, data=b"")
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(without_key, timeout=30)

    with pytest.raises(HarnessError, match="refused"):
        saving.save(emulator)  # it has ended
