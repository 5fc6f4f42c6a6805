"""The command serving CloudFront Functions: what is published is live, and nothing else changed.

The API is a real MiniStack's; the files are those of the AWS CLI.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.emulators import emulators
from harness.emulators.emulators import Emulator
from harness.emulators.resetting import reset
from harness.processes.children import Children
from localfront.aws.settings import Settings
from localfront.command.inspector_client import ask
from localfront.inspector.whereabouts import whereabouts
from localfront.sources.choice import default_interval, refresh_interval
from localfront.sources.key_value_api import KeyValueStores
from tests.localfront.command.log_lines import PATIENCE
from tests.localfront.command.test_serve_files import get, serving_command, wait_for
from tests.localfront.factories import (
    a_behavior_description,
    a_distribution_config,
    an_s3_origin_description,
    listing,
)
from tests.localfront.warm_start.command import localfront

SAYING = """
import cf from 'cloudfront';
async function handler(event) {{
  return {{ statusCode: 200, body: {{ encoding: 'text', data: {what} }} }};
}}
"""
WORD = "await cf.kvs().get('word')"


def a_config(function_arn: str) -> dict[str, Any]:
    """A distribution whose function generates the response."""
    return a_distribution_config(
        Aliases={"Quantity": 0},
        Origins=listing(an_s3_origin_description(OriginAccessControlId="")),
        DefaultCacheBehavior=a_behavior_description(
            ViewerProtocolPolicy="allow-all",
            FunctionAssociations=listing(
                {"EventType": "viewer-request", "FunctionARN": function_arn}
            ),
        ),
    )


def wait_for_body(port: int, wanted: bytes) -> None:
    """Wait for the log line; the old response is served until then."""
    deadline = time.monotonic() + PATIENCE
    while (response := get(port, "/"))[1] != wanted:
        assert response[0] == 200
        assert time.monotonic() < deadline, f"still {response}"
        time.sleep(0.02)


def serve_command(folder: Path, *options: str) -> list[str]:
    return [
        *localfront("serve", "--http-port", "0", "--https-port", "0"),
        *("--ca-dir", str(folder / "ca"), *options),
    ]


# An emulator


@dataclass
class Account:
    """A developer's AWS CLI calls: one function, one store."""

    emulator: Emulator

    def __post_init__(self) -> None:
        session = self.emulator.session()
        endpoint = self.emulator.endpoint
        self.cloudfront = session.client("cloudfront", endpoint_url=endpoint)
        self.store_arn = ""
        self.published = False

    def create_store(self, **words: str) -> None:
        created = self.cloudfront.create_key_value_store(Name="words")
        self.store_arn = created["KeyValueStore"]["ARN"]
        for key, value in words.items():
            self.put(key, value)

    def put(self, key: str, value: str) -> None:
        store = KeyValueStores(self.emulator.session())._connected()
        etag = store.describe_key_value_store(KvsARN=self.store_arn)["ETag"]
        store.put_key(KvsARN=self.store_arn, Key=key, Value=value, IfMatch=etag)

    def words(self) -> dict[str, str]:
        """The API's description of the store."""
        read = KeyValueStores(self.emulator.session()).read(self.store_arn, but="")
        assert read is not None
        return dict(read[1].values)

    def publish(self, code: str) -> str:
        """Publish the function; returns its ARN."""
        fields: Any = {
            "Name": "speaker",
            "FunctionConfig": {
                "Comment": "",
                "Runtime": "cloudfront-js-2.0",
                "KeyValueStoreAssociations": listing({"KeyValueStoreARN": self.store_arn}),
            },
            "FunctionCode": code.encode(),
        }
        if self.published:
            self.cloudfront.update_function(**fields, IfMatch=self.development())
        else:
            self.cloudfront.create_function(**fields)
        self.published = True
        published = self.cloudfront.publish_function(Name="speaker", IfMatch=self.development())
        return published["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]

    def development(self) -> str:
        """The ETag of the latest update, which boto3 does not return."""
        return self.cloudfront.describe_function(Name="speaker", Stage="DEVELOPMENT")["ETag"]


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    run = tmp_path_factory.mktemp("run")
    (run / "logs").mkdir()
    with Children() as children:
        yield emulators.start("ministack", children, environ=os.environ, directory=run)


@pytest.fixture
def account(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Account:
    """An account with nothing in it."""
    reset(emulator)
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.endpoint)  # for the stores' client
    return Account(emulator)


def emulated(account: Account, folder: Path) -> dict[str, str]:
    home = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    return account.emulator.environment(home)


@pytest.mark.proves("FN-018", "FN-020")
def test_published_code_and_an_edited_store_are_live_soon(account: Account, tmp_path: Path) -> None:
    account.create_store(word="hello")
    arn = account.publish(SAYING.format(what="'first'"))
    account.cloudfront.create_distribution(DistributionConfig=a_config(arn))  # type: ignore[arg-type]  # a plain mapping
    command = serve_command(tmp_path)

    with serving_command(command, emulated(account, tmp_path)) as (port, log):
        assert get(port, "/") == (200, b"first")

        account.publish(SAYING.format(what=WORD))
        wait_for_body(port, b"hello")
        account.put("word", "good day")
        wait_for_body(port, b"good day")

        assert "speaker" in wait_for(log, "the published version is live")


def test_the_inspector_edits_an_emulators_store_and_the_next_request_has_it(
    account: Account, tmp_path: Path
) -> None:
    account.create_store(word="hello")
    arn = account.publish(SAYING.format(what=WORD))
    account.cloudfront.create_distribution(DistributionConfig=a_config(arn))  # type: ignore[arg-type]  # a plain mapping
    never = ("--interval", "600")  # so that only the edit itself changes it

    with serving_command(serve_command(tmp_path, *never), emulated(account, tmp_path)) as (port, _):
        assert get(port, "/") == (200, b"hello")
        inspector = whereabouts(tmp_path / "ca", port)
        edit = {"arn": account.store_arn, "key": "word", "value": "good day"}
        ask(*inspector, "POST", "/api/stores", edit)

        assert get(port, "/") == (200, b"good day")
        assert account.words() == {"word": "good day"}
        ask(*inspector, "POST", "/api/stores", {**edit, "key": "other", "value": "more"})
        ask(*inspector, "POST", "/api/stores", {**edit, "value": None})
        (store,) = ask(*inspector, "GET", "/api/stores")["stores"]
        assert store["values"] == [["other", "more"]]
        assert account.words() == {"other": "more"}
        assert store["place"].endswith(account.emulator.endpoint)


# Files


@pytest.mark.proves("FN-018")
def test_an_edit_of_the_code_beside_a_description_is_live_and_a_fault_is_reported(
    tmp_path: Path,
) -> None:
    arn = "arn:aws:cloudfront::123456789012:function/speaker"
    site, function, code = (tmp_path / n for n in ("site.json", "function.json", "speaker.js"))
    site.write_text(json.dumps({"DistributionConfig": a_config(arn)}))
    summary = {
        "Name": "speaker",
        "FunctionConfig": {"Comment": "", "Runtime": "cloudfront-js-2.0"},
        "FunctionMetadata": {"FunctionARN": arn, "Stage": "LIVE"},
    }
    function.write_text(json.dumps({"FunctionSummary": summary}))
    code.write_text(SAYING.format(what="'first'"))
    files = ("--config", str(site), "--config", str(function))
    command = serve_command(tmp_path, *files, "--origin-override", f"pages={tmp_path}")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}

    with serving_command(command, environment) as (port, log):
        assert get(port, "/") == (200, b"first")

        code.write_text(" " * 10_241)
        assert "speaker has 10241 bytes" in wait_for(log, "still serving the last good")
        assert get(port, "/") == (200, b"first")
        code.write_text(SAYING.format(what="'second'"))
        wait_for_body(port, b"second")


# How often


EMULATED = Settings.load({"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"})
ACCOUNT = Settings.load({"AWS_PROFILE": "mine"})


@pytest.mark.parametrize(
    ("settings", "files", "seconds"),
    [(EMULATED, 0, 0.5), (EMULATED, 1, 0.25), (ACCOUNT, 0, 60), (ACCOUNT, 1, 60)],
)
def test_an_emulator_is_polled_twice_a_second_and_an_account_once_a_minute(
    settings: Settings, files: int, seconds: float
) -> None:
    given = [Path("site.json")] * files

    looks = max(default_interval(settings, given), refresh_interval(settings, given))

    assert looks == seconds
