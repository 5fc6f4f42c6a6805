"""Preflight's lines and their remedies."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from harness.promotion import preflight
from harness.promotion.account import Account
from harness.promotion.preflight import LOOK, OK, STOP, Line
from harness.promotion.target import Target
from harness.terraform.domain import make_zone_and_certificate

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture
def target() -> Target:
    return Target(
        environment="preflight",
        site="logs.preflight.example",
        zone="preflight.example",
        account="000000000000",
        stack="preflight-website",
        prerequisites="preflight",
    )


@pytest.fixture
def ready(account: Account, target: Target) -> Iterator[None]:
    """The resources of terraform/prerequisites, deleted afterwards."""
    assert account.emulator
    make_zone_and_certificate(account.emulator, zone=True, domain=target.domain)
    s3 = account.s3
    for bucket in (target.state_bucket, target.releases_bucket):
        s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    yield
    for bucket in (target.state_bucket, target.releases_bucket):
        s3.delete_bucket(Bucket=bucket)
    account.client("route53").delete_hosted_zone(Id=preflight.zone_id(account, target))
    acm = account.client("acm")
    for one in acm.list_certificates()["CertificateSummaryList"]:
        acm.delete_certificate(CertificateArn=one["CertificateArn"])


def verdicts(account: Account, target: Target) -> dict[str, str]:
    return {line.subject: line.verdict for line in preflight.look(account, target)}


@pytest.mark.usefixtures("ready")
def test_an_account_with_all_prerequisites_passes(account: Account, target: Target) -> None:
    results = verdicts(account, target)

    assert results.pop("API logs") == LOOK  # the emulator has none to give
    assert set(results.values()) == {OK}


def test_each_missing_prerequisite_fails_with_its_remedy(account: Account, target: Target) -> None:
    stops = [line for line in preflight.look(account, target) if line.verdict == STOP]

    assert [line.subject for line in stops] == ["state", "zone", "certificate"]
    assert all("prerequisites" in line.remedy for line in stops)


@pytest.mark.usefixtures("ready")
def test_a_state_bucket_without_versioning_is_refused(account: Account, target: Target) -> None:
    account.s3.put_bucket_versioning(
        Bucket=target.state_bucket, VersioningConfiguration={"Status": "Suspended"}
    )

    line = preflight.buckets(account, target)

    assert (line.verdict, line.found) == (STOP, f"{target.state_bucket} is not versioned")


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(
    ("value", "verdict"), [('0 issue "letsencrypt.org"', STOP), ('0 issue "amazon.com"', OK)]
)
def test_caa_records_that_exclude_amazon_are_refused(
    account: Account, target: Target, value: str, verdict: str
) -> None:
    zone = preflight.zone_id(account, target)
    record = {
        "Name": target.zone,
        "Type": "CAA",
        "TTL": 300,
        "ResourceRecords": [{"Value": value}],
    }

    def change(action: str) -> None:
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
        account.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)

    change("CREATE")
    line = preflight.caa(account, target)
    change("DELETE")

    assert line.verdict == verdict


def test_a_disabled_captain_is_named(account: Account, target: Target) -> None:
    secret = f"{target.stack}/captains/q"
    account.secretsmanager.create_secret(Name=secret, SecretString="{}")
    account.secretsmanager.delete_secret(SecretId=secret, RecoveryWindowInDays=30)

    line = preflight.secrets(account, target)

    account.secretsmanager.delete_secret(SecretId=secret, ForceDeleteWithoutRecovery=True)
    assert (line.verdict, line.found) == (LOOK, "disabled: q")


def test_a_check_without_permission_does_not_fail(
    account: Account, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(_account: Account, _target: Target) -> Line:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "ListHostedZones")

    monkeypatch.setattr(preflight, "CHECKS", {"zone": denied})

    [line] = preflight.look(account, target)

    assert line.verdict == LOOK
    assert "AccessDenied" in line.found


@pytest.mark.parametrize(("most", "verdict"), [(10, STOP), (99, STOP), (100, OK), (1000, OK)])
def test_a_new_accounts_low_concurrency_is_refused(most: int, verdict: str) -> None:
    line = preflight.judge_concurrency(most)

    assert line.verdict == verdict
    assert ("L-B99A9384" in line.remedy) is (verdict == STOP)


@pytest.mark.parametrize(("days", "verdict"), [(-1, LOOK), (29, LOOK), (31, OK)])
def test_a_certificate_that_is_not_renewed_is_reported(days: int, verdict: str) -> None:
    one = {"DomainName": "*.example.com", "NotAfter": NOW + timedelta(days=days)}

    assert preflight.judge_certificate(one, now=NOW).verdict == verdict


@pytest.mark.parametrize(
    ("held", "verdict"),
    [
        (None, OK),
        (SimpleNamespace(token=None), OK),
        (SimpleNamespace(_expiry_time=NOW + timedelta(minutes=44)), STOP),
        (SimpleNamespace(_expiry_time=NOW - timedelta(minutes=1)), STOP),
        (SimpleNamespace(_expiry_time=NOW + timedelta(hours=1)), OK),
    ],
)
def test_credentials_that_expire_during_the_run_are_refused(held: Any, verdict: str) -> None:
    assert preflight.time_left(held, now=NOW).verdict == verdict
