"""Evidence from CloudFormation templates: roles, functions, buckets, certificates.

Source: CloudFormation Template Reference, AWS::IAM::Role, AWS::IAM::Policy, AWS::IAM::ManagedPolicy,
AWS::Lambda::Function and AWS::CertificateManager::Certificate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from localfront.check.evidence.evidence import Role
from localfront.check.evidence.managed_logging import policy_document
from localfront.sources.cloudformation.buckets import BUCKET, bucket_policies
from localfront.sources.cloudformation.deployment import Deployment
from localfront.sources.cloudformation.identities import StackResource, lambda_arn, ref
from localfront.sources.cloudformation.stack import Stack
from localfront.sources.description import Description, Raw

ROLE = "AWS::IAM::Role"
CERTIFICATES = (
    "AWS::CertificateManager::Certificate",
    "AWS::CertificateManager::DnsValidatedCertificate",
)


def cloudformation_evidence(
    stacks: Sequence[Stack], parameters: Mapping[str, str], described: Description
) -> dict[str, Any]:
    """The parts of an `Evidence`; `described` is the result of `describe_stacks`.

    Raises ConfigError.
    """
    reader = _Reader(Deployment(stacks, parameters))
    return {
        "functions": dict(reader.functions(described)),
        "roles": dict(reader.roles()),
        "bucket_policies": reader.bucket_policies(),
        "certificates": dict(reader.certificates(described)),
        "labels": reader.labels(),
        "outcomes": (),
    }


class _Reader:
    def __init__(self, deployment: Deployment) -> None:
        self._scopes = list(deployment.scopes())

    def all(self, *types: str) -> Iterator[StackResource]:
        for scope in self._scopes:
            for resource in scope.of_type(*types):
                yield StackResource(scope, resource)

    def labels(self) -> dict[str, str]:
        """Addresses of buckets and functions in the template, by AWS's names."""
        functions = {f"{lambda_arn(f)}:1": f.address for f in self.all("AWS::Lambda::Function")}
        buckets = {bucket.physical_name: bucket.address for bucket in self.all(BUCKET)}
        return functions | buckets

    def functions(self, described: Description) -> Iterator[tuple[str, Raw]]:
        """The functions' configurations, with the role's ARN and the archive's size."""
        roles = {lambda_arn(f): f.value("Role") for f in self.all("AWS::Lambda::Function")}
        for arn, function in described.lambda_functions.items():
            code = function["Code"]
            yield (
                arn,
                {
                    **function["Configuration"],
                    "Role": roles.get(arn.rpartition(":")[0]),
                    "CodeSize": _size(str(code.get("Location") or "")),
                },
            )

    def roles(self) -> Iterator[tuple[str, Role]]:
        """The roles, by ARN."""
        for role in self.all(ROLE):
            properties = role.scope.properties(role.resource)
            trust = properties.get("AssumeRolePolicyDocument")
            policies = [*self._own(properties), *self._attached(role)]
            documents = tuple(policy for policy in policies if policy is not None)
            yield (
                str(role.scope.attribute(role.resource.logical_id, "Arn")),
                Role(
                    trust=trust if isinstance(trust, Mapping) else None,
                    policies=documents,
                    complete=len(documents) == len(policies),
                ),
            )

    def bucket_policies(self) -> dict[str, Raw | None]:
        """The policies of the template's buckets; None for one without a policy."""
        found: dict[str, Raw | None] = {b.physical_name: None for b in self.all(BUCKET)}
        return {**found, **bucket_policies(self._scopes)}

    def certificates(self, described: Description) -> Iterator[tuple[str, tuple[str, ...]]]:
        by_id = {ref(c.scope, c.resource): tuple(_names(c)) for c in self.all(*CERTIFICATES)}
        for raw in described.distributions:
            certificate = raw["DistributionConfig"].get("ViewerCertificate") or {}
            names = by_id.get(certificate.get("ACMCertificateArn"))
            if names:
                yield str(raw["Id"]), names

    def _own(self, properties: Raw) -> Iterator[Raw | None]:
        for policy in properties.get("Policies") or []:
            yield _document(policy)
        for arn in properties.get("ManagedPolicyArns") or []:
            yield policy_document(str(arn))

    def _attached(self, role: StackResource) -> Iterator[Raw | None]:
        """Policies attached by separate resources."""
        for policy in self.all(
            "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"
        ):
            properties = policy.scope.properties(policy.resource)
            names = [*(properties.get("Roles") or []), properties.get("RoleName")]
            if role.physical_name in names:
                yield _document(properties)


def _document(policy: Any) -> Raw | None:
    document = policy.get("PolicyDocument") if isinstance(policy, Mapping) else None
    return document if isinstance(document, Mapping) else None


def _names(certificate: StackResource) -> Iterator[str]:
    properties = certificate.scope.properties(certificate.resource)
    names = [properties.get("DomainName"), *(properties.get("SubjectAlternativeNames") or [])]
    unknowns = certificate.scope.unknowns
    return (str(n) for n in dict.fromkeys(names) if n and not list(unknowns.within(str(n))))


def _size(location: str) -> int | None:
    """The size of an archive; None if it does not exist yet."""
    try:
        return Path(location).stat().st_size if location else None
    except OSError:
        return None
