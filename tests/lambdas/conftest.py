"""AWS in this process: moto, with the tables as Terraform makes them."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from moto import mock_aws

from tests.lambdas.ship import Ship, clients, create_tables

# A busy machine is no reason to fail: correctness is tested here, not speed.
settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")


@pytest.fixture
def ship() -> Iterator[Ship]:
    """The whole API over empty tables and no captains; gone after the test."""
    dynamodb, secretsmanager = clients()
    with mock_aws():
        create_tables(dynamodb)
        yield Ship(dynamodb=dynamodb, secretsmanager=secretsmanager)
