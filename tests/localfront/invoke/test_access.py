"""A function's access under `invoke`."""

import pytest

from localfront.errors import ConfigError
from localfront.invoke.access import chosen_access, emulator_access

ENDPOINT = {"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:4566"}
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "a-secret"}
ANY = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


@pytest.mark.parametrize("empty", [{}, {"AWS_ENDPOINT_URL": ""}])
def test_without_an_endpoint_a_developers_credentials_are_not_the_functions(
    empty: dict[str, str],
) -> None:
    assert emulator_access({**KEYS, **empty}) == {}


def test_with_an_endpoint_a_function_gets_the_environments_credentials() -> None:
    environ = {**ENDPOINT, **KEYS, "PATH": "/bin", "AWS_PROFILE": "me"}

    assert emulator_access(environ) == {**ENDPOINT, **KEYS}


def test_with_an_emulator_any_credentials_are_used() -> None:
    assert emulator_access(ENDPOINT) == {**ENDPOINT, **ANY}


def test_credentials_chosen_for_a_test_are_used() -> None:
    assert chosen_access({**ENDPOINT, **KEYS}) == {**ENDPOINT, **KEYS}
    assert chosen_access({}) == {}


@pytest.mark.proves("LA-006")
@pytest.mark.parametrize("variables", [{**ENDPOINT, "TABLE": "x"}, KEYS])
def test_a_function_gets_no_variables_that_lambda_does_not_set(
    variables: dict[str, str],
) -> None:
    with pytest.raises(ConfigError) as refused:
        chosen_access(variables)

    assert "can't have the environment variable" in str(refused.value)
    assert "a-secret" not in str(refused.value)
