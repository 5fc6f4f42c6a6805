"""AWS in this process: moto, with the tables as Terraform creates them."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from tests.lambdas.ship import Ship, clients, create_tables


@pytest.fixture
def ship() -> Iterator[Ship]:
    """The whole API with empty tables and no captains."""
    dynamodb, secretsmanager = clients()
    with mock_aws():
        create_tables(dynamodb)
        yield Ship(dynamodb=dynamodb, secretsmanager=secretsmanager)
