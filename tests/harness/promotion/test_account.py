"""Only the named account is used, and no endpoint on another machine."""

from collections.abc import Mapping

import pytest

from harness.errors import HarnessError
from harness.promotion.account import Account, emulator_of, is_loopback, open_account


def test_the_named_account_is_used(account: Account) -> None:
    assert account.number == "000000000000"
    assert account.caller.startswith("arn:aws:")
    assert account.emulator


def test_another_accounts_credentials_are_refused(environ: Mapping[str, str]) -> None:
    with pytest.raises(HarnessError, match=r"account 000000000000, and --account says 1{12}"):
        open_account("111111111111", environ)


@pytest.mark.parametrize("number", ["", "12345678901", "prod", "1234567890123", "١٢٣٤٥٦٧٨٩٠١٢"])
def test_an_invalid_account_number_is_refused_without_an_aws_call(number: str) -> None:
    with pytest.raises(HarnessError, match="twelve digits"):
        open_account(number, {})


@pytest.mark.parametrize(
    "environ",
    [
        {"AWS_ENDPOINT_URL": "https://aws.example.com"},
        {"AWS_ENDPOINT_URL": "http://localhost.example.com:4566"},
        {"AWS_ENDPOINT_URL": "http://localhost:1", "AWS_ENDPOINT_URL_S3": "http://10.0.0.1"},
        {"AWS_ENDPOINT_URL": "localhost:4566"},
    ],
)
def test_an_endpoint_elsewhere_is_refused(environ: dict[str, str]) -> None:
    with pytest.raises(HarnessError, match="a rehearsal needs an emulator on this machine"):
        emulator_of(environ)


def test_an_incomplete_emulator_configuration_is_refused() -> None:
    with pytest.raises(HarnessError, match="the other calls would go to AWS"):
        emulator_of({"AWS_ENDPOINT_URL_S3": "http://localhost:4566"})


def test_without_an_endpoint_aws_itself_is_used() -> None:
    assert emulator_of({"AWS_PROFILE": "prod", "AWS_ENDPOINT_URL": ""}) is None


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("127.0.0.2", True),
        ("::1", True),
        ("aws.localhost", True),
        ("0.0.0.0", False),  # noqa: S104 (only a text)
        ("127.0.0.1.nip.io", False),
        ("", False),
    ],
)
def test_only_loopback_host_names_mean_this_machine(host: str, *, here: bool) -> None:
    assert is_loopback(host) is here
