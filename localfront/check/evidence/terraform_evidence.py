"""Evidence from a Terraform plan or state: roles, archives, certificates.

For a value known only after apply, the reference in its expression is followed; otherwise it stays
unknown.

Source: Terraform AWS provider, aws_iam_role, aws_iam_role_policy, aws_iam_role_policy_attachment,
aws_lambda_function and aws_acm_certificate.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from localfront.check.evidence.evidence import Role
from localfront.check.evidence.managed_logging import policy_document
from localfront.check.findings import Finding, Severity
from localfront.sources.description import Description, Raw
from localfront.sources.terraform.blocks import Block
from localfront.sources.terraform.identity import Identities
from localfront.sources.terraform.links import Links
from localfront.sources.terraform.references import References
from localfront.sources.terraform.show import Resource, parse_show

ROLE = "aws_iam_role"
DOCUMENT = "aws_iam_policy_document"
CERTIFICATE = "aws_acm_certificate"
VALIDATION = "aws_acm_certificate_validation"


def terraform_evidence(document: Raw, described: Description) -> dict[str, Any]:
    """The parts of an `Evidence`; `described` is the result of `describe_terraform`.

    Raises ConfigError for an unsupported format.
    """
    reader = _Reader(document)
    return {
        "functions": dict(reader.functions(described)),
        "roles": {r.address: reader.role(r) for r in reader.show.of_type(ROLE)},
        "bucket_policies": dict(reader.bucket_policies()),
        "certificates": dict(reader.certificates()),
        "labels": reader.labels(),
        "outcomes": tuple(reader.unqualified()),
    }


class _Reader:
    def __init__(self, document: Raw) -> None:
        self.show = parse_show(document)
        references = References(self.show.resources)
        self._references = references
        self._identities = Identities(self.show, references)
        self._links = Links(references, self._identities, self.show)

    def labels(self) -> dict[str, str]:
        """Terraform addresses of functions and buckets, by AWS's names."""
        functions = {
            self._identities.lambda_arn(r): r.address
            for r in self.show.of_type("aws_lambda_function")
        }
        buckets = {
            self._identities.bucket(r): r.address for r in self.show.of_type("aws_s3_bucket")
        }
        return functions | buckets

    def functions(self, described: Description) -> Iterator[tuple[str, Raw]]:
        """The functions' configurations, with the role's address and the archive's size."""
        for resource in self.show.of_type("aws_lambda_function"):
            arn = self._identities.lambda_arn(resource)
            function = described.lambda_functions.get(arn)
            if function is not None:
                yield (
                    arn,
                    {
                        **function["Configuration"],
                        "Role": self._role_of(resource),
                        "CodeSize": _size(function["Code"]["Location"]),
                    },
                )

    def role(self, resource: Resource) -> Role:
        trust = self._policy(Block.of(resource), "assume_role_policy")
        policies = [
            *self._inline(resource),
            *self._policies_of(resource, "aws_iam_role_policy", self._own),
            *self._policies_of(resource, "aws_iam_role_policy_attachment", self._attached),
        ]
        documents = tuple(policy for policy in policies if policy is not None)
        return Role(trust=trust, policies=documents, complete=len(documents) == len(policies))

    def bucket_policies(self) -> Iterator[tuple[str, Raw | None]]:
        """The policies of buckets; None for those without an aws_s3_bucket_policy."""
        blocks = [Block.of(r) for r in self.show.of_type("aws_s3_bucket_policy")]
        buckets = {b.values.get("bucket") for b in blocks}
        behind = [
            r.address for b in blocks for r in self._links.behind(b, "bucket", ["aws_s3_bucket"])
        ]
        if not all(b.values.get("bucket") or self._links.behind(b, "bucket") for b in blocks):
            return  # a policy whose bucket is unknown
        for bucket in self.show.of_type("aws_s3_bucket"):
            name = self._identities.bucket(bucket)
            if bucket.mode == "managed" and not {name, bucket.address} & {
                *buckets,
                *behind,
            }:
                if Block.of(bucket).is_unknown("policy"):
                    continue  # inline in the bucket, with values known after apply
                text = bucket.values.get("policy")
                yield name, _parsed(text) if text else None

    def certificates(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for site in self.show.of_type("aws_cloudfront_distribution"):
            block = Block.of(site).block("viewer_certificate")
            names = None if block is None else self._names(block)
            if names is not None:
                yield self._identities.id(site), names

    def unqualified(self) -> Iterator[Finding]:
        """Functions without a published version, or referenced without it (LA-001)."""
        for site in self.show.of_type("aws_cloudfront_distribution"):
            for behavior in _behaviors(Block.of(site)):
                for association in behavior.blocks("lambda_function_association"):
                    if association.is_unknown("lambda_arn"):
                        yield from self._unqualified(association)

    def _unqualified(self, association: Block) -> Iterator[Finding]:
        mentioned = [
            m
            for m in self._references.of(association.resource, association.expression("lambda_arn"))
            if m.resource.type == "aws_lambda_function"
        ]
        names = {m.attribute for m in mentioned}
        at = f"{association.resource.address}, {association.path.rstrip('.')}"
        if names and not names & {"qualified_arn", "version", ""}:
            yield _unpublished(
                at,
                f"lambda_arn is {mentioned[0].resource.address}.{mentioned[0].attribute}, which has no "
                "version.",
                "Write qualified_arn, or the arn, a colon and the version.",
            )
        for function in {m.resource.address: m.resource for m in mentioned}.values():
            if function.mode == "managed" and function.values.get("publish") is False:
                yield _unpublished(
                    function.address,
                    "It publishes no versions, and Lambda@Edge runs only numbered versions.",
                    "Set publish = true.",
                )

    def _role_of(self, resource: Resource) -> str | None:
        """The address of a role in this plan, else its ARN."""
        block = Block.of(resource)
        arn = resource.values.get("role")
        same = [r for r in self.show.of_type(ROLE) if arn and r.values.get("arn") == arn]
        behind = same or self._links.behind(block, "role", [ROLE])
        return behind[0].address if len(behind) == 1 else arn

    def _policies_of(self, role: Resource, resource_type: str, read: Any) -> Iterator[Raw | None]:
        names = {role.values.get("name"), role.values.get("id")} - {None}
        for resource in self.show.of_type(resource_type):
            behind = self._links.behind(Block.of(resource), "role", [ROLE])
            if role in behind or (not behind and resource.values.get("role") in names):
                yield read(Block.of(resource))

    def _own(self, block: Block) -> Raw | None:
        return self._policy(block, "policy")

    def _attached(self, block: Block) -> Raw | None:
        """The attached policy; None for an AWS managed one that is not in our table."""
        arn = block.values.get("policy_arn")
        if arn:
            document = policy_document(str(arn))
            if document is not None:
                return document
        behind = self._links.behind(block, "policy_arn", ["aws_iam_policy"])
        same = [
            r for r in self.show.of_type("aws_iam_policy") if arn and r.values.get("arn") == arn
        ]
        found = behind or same
        return self._policy(Block.of(found[0]), "policy") if len(found) == 1 else None

    def _inline(self, resource: Resource) -> Iterator[Raw | None]:
        for policy in resource.values.get("inline_policy") or []:
            if policy.get("policy"):
                yield _parsed(policy["policy"])
        for arn in resource.values.get("managed_policy_arns") or []:
            yield policy_document(str(arn))

    def _policy(self, block: Block, field: str) -> Raw | None:
        if not block.is_unknown(field):
            return _parsed(block.get(field))
        documents = self._links.behind(block, field, [DOCUMENT])
        found = [d.values["json"] for d in documents if d.values.get("json")]
        return _parsed(found[0]) if len(found) == len(documents) == 1 else None

    def _names(self, block: Block) -> tuple[str, ...] | None:
        arn = block.values.get("acm_certificate_arn")
        certificates = self.show.of_type(CERTIFICATE)
        found = [r for r in certificates if arn and r.values.get("arn") == arn]
        if not found and block.is_unknown("acm_certificate_arn"):
            behind = self._links.behind(block, "acm_certificate_arn")
            for validation in [r for r in behind if r.type == VALIDATION]:
                behind += self._links.behind(Block.of(validation), "certificate_arn")
            found = [r for r in behind if r.type == CERTIFICATE]
        if len(found) != 1:
            return None
        values = found[0].values
        domain = values.get("domain_name") or values.get("domain")  # the latter: a data source's
        names = [domain, *(values.get("subject_alternative_names") or [])]
        if not domain or None in names:  # in a plan, null is known only after the apply
            return None
        return tuple(dict.fromkeys(map(str, names)))


def _behaviors(site: Block) -> list[Block]:
    return [
        *site.blocks("ordered_cache_behavior"),
        *site.blocks("default_cache_behavior"),
    ]


def _unpublished(at: str, message: str, remedy: str) -> Finding:
    return Finding(
        rule="LA-001",
        severity=Severity.ERROR,
        resource=at,
        message=message,
        remedy=remedy,
    )


def _parsed(text: Any) -> Raw | None:
    try:
        policy = json.loads(text)
    except (TypeError, ValueError):
        return None
    return policy if isinstance(policy, Mapping) else None


def _size(location: str) -> int | None:
    """The size of an archive; None if it does not exist yet."""
    try:
        return Path(location).stat().st_size if location else None
    except OSError:
        return None
