"""Deletion protection is removed by an apply of the live release, before anything is destroyed."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from harness.errors import HarnessError
from harness.promotion import deployment as deploying
from harness.promotion import history
from harness.promotion.account import Account
from harness.promotion.destroy import Destruction
from tests.integration.promotion import rehearsal

ENVIRONMENT = "unprotecting"
TABLE = f"{ENVIRONMENT}-site-logs"
VARIABLES = rehearsal.CONFIGURATION.partition("\nresource")[0]
# In place of a table: each value that Terraform set, in order, and the deletion.
PROTECTED = """
resource "terraform_data" "table" {
  triggers_replace = var.deletion_protection

  provisioner "local-exec" {
    command = "echo ${var.deletion_protection} >> 'SITE/told'"
  }

  provisioner "local-exec" {
    when    = destroy
    command = "echo gone >> 'SITE/told'"
  }
}

output "distribution_id" { value = "DISTRIBUTION" }
"""


@pytest.fixture
def table(account: Account) -> Iterator[str]:
    account.dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        DeletionProtectionEnabled=True,
    )
    yield TABLE
    account.dynamodb.update_table(TableName=TABLE, DeletionProtectionEnabled=False)
    account.dynamodb.delete_table(TableName=TABLE)


def test_deletion_protection_is_removed_first_and_only_on_request(
    account: Account,
    environ: Mapping[str, str],
    distribution: str,
    folder: Path,
    tmp_path: Path,
    table: str,
) -> None:
    made = rehearsal.make(
        tmp_path,
        "888888888888",
        distribution=distribution,
        site=folder,
        configuration=f"{VARIABLES}\n{PROTECTED}",
    )
    of = rehearsal.promotion(ENVIRONMENT, tmp_path, environ=environ)
    rehearsal.promote(of, made)
    ending = Destruction(
        account=account, target=of.target, progress=of.progress, confirm=lambda _name: True
    )
    with pytest.raises(HarnessError, match=f"{table} cannot be deleted"):
        ending.require_unprotected(may_unprotect=False)

    promotions = history.read(account, of.target)
    deployment = deploying.prepare(
        made,
        account,
        of.target,
        promotions,
        folder=tmp_path / "destroying",
        environ=environ,
        progress=of.progress,
    )
    ending.destroy(deployment, promotions)

    assert (folder / "told").read_text().split() == ["true", "gone", "false", "gone"]
    assert deployment.known() == []
