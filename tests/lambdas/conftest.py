"""AWS in this process: moto, with the tables as Terraform creates them."""

from collections.abc import Iterator

import pytest
from moto import mock_aws
from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID

from tests.lambdas.ship import REGION, Ship, clients, create_tables


@pytest.fixture(scope="module")
def tables() -> Iterator[None]:
    """The tables of a module's tests: to create them takes longer than most tests."""
    dynamodb, _ = clients()
    with mock_aws():
        create_tables(dynamodb)
        yield


@pytest.fixture
def ship(tables: None) -> Ship:
    """The whole API with empty tables and no captains."""
    for table in get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][REGION].tables.values():
        table.items.clear()
    get_backend("secretsmanager")[DEFAULT_ACCOUNT_ID][REGION].secrets.clear()
    dynamodb, secretsmanager = clients()
    return Ship(dynamodb=dynamodb, secretsmanager=secretsmanager)
