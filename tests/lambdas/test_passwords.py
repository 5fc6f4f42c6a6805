import json

import pytest

from lambdas.errors import ConfigError
from lambdas.passwords import (
    DEFAULT_COST,
    ScryptCost,
    decoy,
    hash_password,
    matches,
    parse,
)
from tests.lambdas.ship import CHEAP


def test_only_the_password_itself_matches() -> None:
    stored = parse(hash_password("KHAAAN!!!", cost=CHEAP), name="s")

    assert matches("KHAAAN!!!", stored)
    assert not matches("KHAAAN!!", stored)
    assert not matches("khaaan!!!", stored)


def test_composed_and_decomposed_unicode_are_the_same_password() -> None:
    stored = parse(hash_password("caf\u00e9", cost=CHEAP), name="s")

    assert matches("cafe\u0301", stored)


def test_look_alikes_stay_different_passwords() -> None:
    stored = parse(hash_password("x2", cost=CHEAP), name="s")

    assert not matches("x\u00b2", stored)  # a superscript two: NFKC would fold it


def test_each_hash_has_its_own_salt() -> None:
    assert hash_password("makeitso", cost=CHEAP) != hash_password("makeitso", cost=CHEAP)


def test_the_default_cost_fits_a_small_function_and_works() -> None:
    document = hash_password("makeitso")

    assert parse(document, name="s").cost == DEFAULT_COST
    assert 128 * DEFAULT_COST.n * DEFAULT_COST.r <= 32 * 1024 * 1024  # bytes
    assert matches("makeitso", parse(document, name="s"))


def test_a_document_with_another_cost_still_works() -> None:
    stored = parse(hash_password("makeitso", cost=ScryptCost(n=4, r=2, p=2)), name="s")

    assert matches("makeitso", stored)


def test_nothing_matches_a_decoy() -> None:
    assert not matches("makeitso", decoy(CHEAP))


@pytest.mark.parametrize("password", ["", "x" * 257, "\ud800"])
def test_a_password_that_cannot_be_typed_is_not_hashed(password: str) -> None:
    with pytest.raises(ValueError, match="1 to 256 characters"):
        hash_password(password, cost=CHEAP)


@pytest.mark.parametrize(
    "document",
    ["", "makeitso", "[]", "{}", '{"algorithm": "md5"}', '{"algorithm": "scrypt"}'],
)
def test_an_error_for_a_malformed_secret_does_not_quote_it(document: str) -> None:
    with pytest.raises(ConfigError, match="site/captains/picard does not hold") as caught:
        parse(document, name="site/captains/picard")

    assert not document or document not in str(caught.value)


@pytest.mark.parametrize(
    "cost",
    [
        pytest.param({"n": 2**20, "r": 8}, id="more memory than the function has"),
        pytest.param({"p": 1000}, id="more time than the function has"),
        pytest.param({"n": 3}, id="no power of two"),
        pytest.param({"n": 0}, id="zero"),
        pytest.param({"r": -8}, id="negative"),
    ],
)
def test_an_unaffordable_hash_cost_is_refused(cost: dict[str, int]) -> None:
    document = {**json.loads(hash_password("makeitso", cost=CHEAP)), **cost}

    with pytest.raises(ConfigError, match="does not hold"):
        parse(json.dumps(document), name="s")


@pytest.mark.parametrize("n", [2**16, 2**14])
def test_the_hash_cost_may_change_within_the_functions_memory(n: int) -> None:
    document = hash_password("makeitso", cost=ScryptCost(n=n, r=8, p=1))

    assert matches("makeitso", parse(document, name="s"))


def test_a_stored_password_is_hidden_when_printed() -> None:
    stored = parse(hash_password("makeitso", cost=CHEAP), name="s")

    assert str(stored.hash) not in repr(stored)
