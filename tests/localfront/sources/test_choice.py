"""The source that a command's options select."""

from __future__ import annotations

from pathlib import Path

import boto3
import pytest

from localfront.aws.settings import Settings
from localfront.errors import ConfigError
from localfront.sources.api import CloudFrontApi
from localfront.sources.choice import choose_source, default_interval
from localfront.sources.files import ConfigFiles

EMULATOR = {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}
PROFILE = {"AWS_PROFILE": "me"}
FILE = Path("site.json")


@pytest.fixture
def session() -> boto3.Session:
    return boto3.Session(
        aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
    )


@pytest.mark.parametrize(
    ("environ", "files", "source", "interval"),
    [
        (EMULATOR, (), CloudFrontApi, 0.5),
        (PROFILE, (), CloudFrontApi, 60),
        ({"AWS_ACCESS_KEY_ID": "AKID"}, (), CloudFrontApi, 60),
        (EMULATOR, (FILE,), ConfigFiles, 0.25),
        ({}, (FILE,), ConfigFiles, 0.25),
    ],
)
def test_files_take_precedence_over_the_environment(
    environ: dict[str, str],
    files: tuple[Path, ...],
    source: type,
    interval: float,
    session: boto3.Session,
) -> None:
    settings = Settings.load(environ)

    assert isinstance(choose_source(settings, session, files=files), source)
    assert default_interval(settings, files) == interval


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token"},
        {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"},
        {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9000"},
        {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9000", **PROFILE},
    ],
)
def test_without_a_chosen_source_no_api_is_called(
    environ: dict[str, str], session: boto3.Session
) -> None:
    with pytest.raises(ConfigError, match=r"Set AWS_ENDPOINT_URL .*AWS_PROFILE.*--config FILE"):
        choose_source(Settings.load(environ), session)
