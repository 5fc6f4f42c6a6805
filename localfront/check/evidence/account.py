"""Evidence from the APIs of an emulator or of AWS: functions, roles, buckets, certificates.

It only reads. What cannot be read stays unknown.

Sources: Lambda API Reference, GetFunctionConfiguration; IAM API Reference, GetRole,
ListAttachedRolePolicies, ListRolePolicies; S3 API Reference, GetBucketPolicy; ACM API Reference,
DescribeCertificate.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from localfront.aws.settings import Settings
from localfront.check.evidence.associations import ARN, HOME_REGION
from localfront.check.evidence.evidence import Role
from localfront.check.evidence.managed_logging import policy_document
from localfront.check.findings import CheckResult, Unchecked
from localfront.origins.aws_names import S3_NAME
from localfront.sources.api import PATIENCE
from localfront.sources.bucket_policies import read_bucket_policy
from localfront.sources.description import Description, Raw, named

if TYPE_CHECKING:
    from localfront.aws.session import AwsSession

Result = TypeVar("Result")


def account_evidence(
    description: Description, session: AwsSession, settings: Settings
) -> dict[str, Any]:
    """The parts of an `Evidence`."""
    account = _Account(session, settings)
    functions = {
        arn: config
        for arn in sorted(named(description.distributions, "LambdaFunctionARN"))
        if (config := account.function(arn)) != {}
    }
    roles = {str(config.get("Role")) for config in functions.values() if config}
    buckets = {
        match["bucket"]
        for name in named(description.distributions, "DomainName")
        if (match := S3_NAME.fullmatch(name))
    }
    return {
        "functions": functions,
        "roles": {arn: account.role(arn) for arn in sorted(roles - {"None"})},
        "bucket_policies": {
            bucket: policy
            for bucket in sorted(buckets)
            if (policy := account.bucket_policy(bucket)) != {}
        },
        "certificates": dict(account.certificates(description.distributions)),
        "outcomes": tuple(account.outcomes),
    }


class _Account:
    def __init__(self, session: AwsSession, settings: Settings) -> None:
        self._session = session
        self._settings = settings
        self.outcomes: list[CheckResult] = []

    def function(self, arn: str) -> Raw | None:
        """A function version's configuration; {} if it is unknown, None if it does not exist."""
        match = ARN.fullmatch(arn)
        if match is None or not (match["version"] or "").isdecimal():
            return {}
        api = self._client("lambda", region_name=match["region"])

        def ask() -> Raw | None:
            try:
                response = api.get_function_configuration(
                    FunctionName=match["name"], Qualifier=match["version"]
                )
            except ClientError as error:
                if error.response["Error"]["Code"] == "ResourceNotFoundException":
                    return None
                raise
            found: Raw = response
            return found

        unknown: Raw | None = {}
        return self._read(f"function {arn}", "lambda", ask, unknown)

    def role(self, arn: str) -> Role:
        name = arn.rpartition("/")[2]
        iam = self._client("iam")
        trust = self._read(
            f"role {name}: who may assume it",
            "iam",
            lambda: _document(iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]),
            None,
        )
        policies = self._read(
            f"role {name}: its policies", "iam", lambda: _policies(iam, name), None
        )
        return Role(trust=trust, policies=policies or (), complete=policies is not None)

    def bucket_policy(self, bucket: str) -> Raw | None:
        s3 = self._client("s3")
        unknown: Raw | None = {}
        return self._read(
            f"bucket {bucket}: its policy",
            "s3",
            lambda: read_bucket_policy(s3, bucket),
            unknown,
        )

    def certificates(self, distributions: Iterable[Raw]) -> Iterable[tuple[str, tuple[str, ...]]]:
        acm = self._client("acm", region_name=HOME_REGION)
        for raw in distributions:
            arns = named(raw.get("DistributionConfig"), "ACMCertificateArn")
            for arn in arns:
                names = self._read(f"certificate {arn}", "acm", partial(_names, acm, arn), None)
                if names is not None:
                    yield str(raw.get("Id")), names

    def _client(self, service: Any, **options: Any) -> Any:
        return self._session.client(service, config=PATIENCE, **options)

    def _read(self, what: str, service: str, ask: Callable[[], Result], unknown: Result) -> Result:
        if not self._settings.reaches(service):
            why = f"no endpoint of {service} is named in the environment"
        else:
            try:
                return ask()
            except (ClientError, BotoCoreError) as error:
                why = str(error).rstrip(".")
        self.outcomes.append(Unchecked(what=what, why=why))
        return unknown


def _policies(iam: Any, role: str) -> tuple[Raw, ...]:
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    own = iam.list_role_policies(RoleName=role)["PolicyNames"]
    return (
        *(_attached(iam, policy["PolicyArn"]) for policy in attached),
        *(
            _document(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])
            for name in own
        ),
    )


def _attached(iam: Any, arn: str) -> Raw:
    document = policy_document(arn)
    if document is not None:
        return document
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    response = iam.get_policy_version(PolicyArn=arn, VersionId=version)
    return _document(response["PolicyVersion"]["Document"])


def _document(value: Any) -> Raw:
    """A policy document; botocore decodes AWS's, emulators may encode it differently."""
    found: Raw = value if isinstance(value, Mapping) else json.loads(value)
    return found


def _names(acm: Any, arn: str) -> tuple[str, ...]:
    certificate = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    others = certificate.get("SubjectAlternativeNames") or []
    return tuple(dict.fromkeys([certificate["DomainName"], *others]))
