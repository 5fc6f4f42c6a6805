import pytest

from lambdas.errors import ConfigError
from lambdas.settings import required, seconds


@pytest.mark.parametrize("environ", [{}, {"SESSIONS_TABLE": ""}])
def test_a_missing_variable_is_named(environ: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="SESSIONS_TABLE is not set"):
        required(environ, "SESSIONS_TABLE")


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "a minute", "٣", " 60", "2592001", "9" * 5000])
def test_an_invalid_duration_is_quoted_in_the_error(value: str) -> None:
    with pytest.raises(ConfigError, match="whole number of seconds"):
        seconds({"SESSION_TTL_SECONDS": value}, "SESSION_TTL_SECONDS")


def test_seconds_are_read_from_the_environment() -> None:
    assert seconds({"SESSION_TTL_SECONDS": "60"}, "SESSION_TTL_SECONDS") == 60
