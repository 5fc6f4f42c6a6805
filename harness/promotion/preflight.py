"""Read-only checks of the account and the target before a release is deployed.

Each check yields one line: its subject, what it found, and a remedy.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from harness.promotion.account import Account
from harness.promotion.target import Target

OK, LOOK, STOP = "ok", "look", "STOP"
ENOUGH_TIME = timedelta(minutes=45)  # for an apply that waits for CloudFront
RENEWED_BY = timedelta(days=30)
LEAST_CONCURRENCY = 100
QUOTA = (
    "aws service-quotas request-service-quota-increase --region us-east-1 --service-code lambda "
    "--quota-code L-B99A9384 --desired-value 1000"
)
ASKED = ["RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A check's result; `remedy` is set if `verdict` is not OK."""

    subject: str
    verdict: str
    found: str
    remedy: str = ""

    def __str__(self) -> str:
        line = f"{self.verdict:4}  {self.subject:13}  {self.found}"
        return f"{line}\n      {'':13}  → {self.remedy}" if self.remedy else line


Check = Callable[[Account, Target], Line]


def look(account: Account, target: Target) -> Iterator[Line]:
    """One line per check; one without the permission to look gets LOOK, not STOP."""
    for subject, check in CHECKS.items():
        try:
            yield check(account, target)
        except (BotoCoreError, ClientError) as error:
            yield Line(
                subject=subject,
                verdict=LOOK,
                found=f"cannot be read: {error}",
                remedy="Use the role that terraform/prerequisites creates.",
            )


def account_line(account: Account, target: Target) -> Line:
    rehearsal = f", emulated at {account.emulator.endpoint}" if account.emulator else ""
    found = f"{target.account}, us-east-1, as {account.caller}{rehearsal}"
    return Line(subject="account", verdict=OK, found=found)


def credentials(account: Account, _target: Target) -> Line:
    return time_left(account.session.get_credentials(), now=datetime.now(UTC))


def time_left(held: Any, *, now: datetime) -> Line:
    """How long the credentials last; `held` are botocore's, with an expiry if temporary."""
    ends = getattr(held, "_expiry_time", None)
    if ends is None:
        found = "no expiry is known" if getattr(held, "token", None) else "keys that do not expire"
        return Line(subject="credentials", verdict=OK, found=found)
    left = ends - now
    found = f"expire at {ends:%H:%M} UTC, in {left.total_seconds() / 60:.0f} minutes"
    if left >= ENOUGH_TIME:
        return Line(subject="credentials", verdict=OK, found=found)
    return Line(
        subject="credentials",
        verdict=STOP,
        found=found,
        remedy=f"Log in again: an apply may take {ENOUGH_TIME.total_seconds() / 60:.0f} minutes.",
    )


def buckets(account: Account, target: Target) -> Line:
    """The buckets for state and releases exist and are versioned."""
    missing = []
    for bucket in (target.state_bucket, target.releases_bucket):
        try:
            versioning = account.s3.get_bucket_versioning(
                Bucket=bucket, ExpectedBucketOwner=target.account
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"NoSuchBucket", "404"}:
                raise
            missing.append(f"{bucket} does not exist")
            continue
        if versioning.get("Status") != "Enabled":
            missing.append(f"{bucket} is not versioned")
    if not missing:
        return Line(subject="state", verdict=OK, found=f"{target.state_bucket}, versioned")
    return Line(
        subject="state",
        verdict=STOP,
        found="; ".join(missing),
        remedy="terraform -chdir=terraform/prerequisites apply -var create_promotion=true",
    )


def zone(account: Account, target: Target) -> Line:
    found = zone_id(account, target)
    if found is None:
        return Line(
            subject="zone",
            verdict=STOP,
            found=f"{target.zone} is not a public zone of this account",
            remedy="terraform -chdir=terraform/prerequisites apply -var create_zone=true, or "
            "name the right --zone.",
        )
    servers = account.client("route53").get_hosted_zone(Id=found).get("DelegationSet", {})
    names = ", ".join(servers.get("NameServers", ())) or "name servers unknown"
    return Line(subject="zone", verdict=OK, found=f"{target.zone} ({names})")


def zone_id(account: Account, target: Target) -> str | None:
    response = account.client("route53").list_hosted_zones_by_name(DNSName=target.zone)
    return next(
        (
            zone["Id"]
            for zone in response["HostedZones"]
            if zone["Name"] == f"{target.zone}." and not zone["Config"]["PrivateZone"]
        ),
        None,
    )


def caa(account: Account, target: Target) -> Line:
    """The zone's own CAA records, if any, let Amazon issue certificates."""
    found = zone_id(account, target)
    pages = (
        account.client("route53")
        .get_paginator("list_resource_record_sets")
        .paginate(HostedZoneId=found)
        if found
        else ()
    )
    values = [
        value["Value"]
        for page in pages
        for record in page["ResourceRecordSets"]
        if record["Type"] == "CAA" and f".{target.domain}.".endswith(f".{record['Name']}")
        for value in record["ResourceRecords"]
    ]
    issuing = [value for value in values if " issue" in value]
    if not issuing or any("amazon" in value for value in issuing):
        summary = "Amazon may issue certificates" if issuing else "no records in the zone"
        return Line(subject="CAA", verdict=OK, found=summary)
    return Line(
        subject="CAA",
        verdict=STOP,
        found=f"CAA records only let others issue certificates: {', '.join(issuing)}",
        remedy='Add the CAA record 0 issue "amazon.com".',
    )


def certificate(account: Account, target: Target) -> Line:
    acm = account.client("acm")
    wanted = f"*.{target.domain}"
    pages = acm.get_paginator("list_certificates").paginate(
        CertificateStatuses=["ISSUED"], Includes={"keyTypes": ASKED}
    )
    arns = [
        summary["CertificateArn"]
        for page in pages
        for summary in page["CertificateSummaryList"]
        if summary["DomainName"] == wanted
    ]
    certificates = [acm.describe_certificate(CertificateArn=arn)["Certificate"] for arn in arns]
    if not certificates:
        return Line(
            subject="certificate",
            verdict=STOP,
            found=f"no certificate for {wanted} is issued in us-east-1",
            remedy="terraform -chdir=terraform/prerequisites apply, and wait until it is.",
        )
    return judge_certificate(
        max(certificates, key=lambda certificate: certificate["NotAfter"]), now=datetime.now(UTC)
    )


def judge_certificate(certificate: Mapping[str, Any], *, now: datetime) -> Line:
    left = certificate["NotAfter"] - now
    key = certificate.get("KeyAlgorithm", "unknown")
    found = f"{certificate['DomainName']}, {key}, until {certificate['NotAfter']:%Y-%m-%d}"
    if left < RENEWED_BY:
        remedy = "It is not renewed: is its validation record still in the zone?"
        return Line(subject="certificate", verdict=LOOK, found=found, remedy=remedy)
    return Line(subject="certificate", verdict=OK, found=found)


def logging_role(account: Account, _target: Target) -> Line:
    role = account.client("apigateway").get_account().get("cloudwatchRoleArn")
    if role:
        return Line(subject="API logs", verdict=OK, found=role)
    return Line(
        subject="API logs",
        verdict=LOOK if account.emulator else STOP,
        found="API Gateway has no role to write logs with in this account",
        remedy="terraform -chdir=terraform/prerequisites apply",
    )


def alias(account: Account, target: Target) -> Line:
    """The alias is free: it must be unique in AWS, but only this account's aliases are visible."""
    pages = account.client("cloudfront").get_paginator("list_distributions").paginate()
    holders = [
        distribution["Id"]
        for page in pages
        for distribution in page["DistributionList"].get("Items", ())
        if target.site in distribution["Aliases"].get("Items", ())
        and distribution["Comment"] != target.stack
    ]
    if not holders:
        return Line(subject="alias", verdict=OK, found=f"{target.site} is unused, or this stack's")
    return Line(
        subject="alias",
        verdict=STOP,
        found=f"{target.site} is an alias of {', '.join(holders)}",
        remedy="Remove the alias there, or choose another --site.",
    )


def concurrency(account: Account, _target: Target) -> Line:
    limits = account.client("lambda").get_account_settings()["AccountLimit"]
    return judge_concurrency(limits["ConcurrentExecutions"])


def judge_concurrency(most: int) -> Line:
    found = f"{most} concurrent executions"
    if most >= LEAST_CONCURRENCY:
        return Line(subject="concurrency", verdict=OK, found=found)
    return Line(
        subject="concurrency",
        verdict=STOP,
        found=f"{found}: a handful of visitors would get 503",
        remedy=QUOTA,
    )


def secrets(account: Account, target: Target) -> Line:
    """Secrets scheduled for deletion, whose names cannot be used until then."""
    prefix = f"{target.stack}/captains/"
    pages = account.secretsmanager.get_paginator("list_secrets").paginate(
        IncludePlannedDeletion=True, Filters=[{"Key": "name", "Values": [prefix]}]
    )
    waiting = [
        secret["Name"].removeprefix(prefix)
        for page in pages
        for secret in page["SecretList"]
        if secret.get("DeletedDate")
    ]
    if not waiting:
        return Line(subject="captains", verdict=OK, found="no secret is scheduled for deletion")
    return Line(
        subject="captains",
        verdict=LOOK,
        found=f"disabled: {', '.join(waiting)}",
        remedy="`./nox -s users -- add` restores one.",
    )


CHECKS: Mapping[str, Check] = {
    "account": account_line,
    "credentials": credentials,
    "state": buckets,
    "zone": zone,
    "CAA": caa,
    "certificate": certificate,
    "API logs": logging_role,
    "alias": alias,
    "concurrency": concurrency,
    "captains": secrets,
}
