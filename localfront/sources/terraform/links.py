"""A field of a block that names other resources → what they are called.

Known values are taken as they are; for unknown ones the plan's expression tells which resource is
meant, and `Identities` what it is called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from localfront.sources.terraform.blocks import Block
from localfront.sources.terraform.identity import Identities
from localfront.sources.terraform.references import References, whole
from localfront.sources.terraform.show import Resource

WEBSITE = "website_endpoint"
Name = Callable[[Resource], str | None]


class Links:
    """Resolves the fields of a plan."""

    def __init__(self, references: References, identities: Identities) -> None:
        self._references = references
        self.identities = identities

    def id(self, block: Block, field: str, *types: str) -> str | None:
        """The id of a resource of one of these types."""
        return self._one(block, field, types, self.identities.id)

    def ids(self, block: Block, field: str, resource_type: str) -> list[str]:
        """The ids that a list or set holds: the known ones, and those of all that it mentions."""
        if not block.is_unknown(field):
            return list(block.get(field) or [])
        known = [i for i in block.values.get(field) or [] if isinstance(i, str)]
        found = [
            self.identities.id(resource) for resource in self.behind(block, field, [resource_type])
        ]
        if not found:
            raise block.unresolved(field)
        return list(dict.fromkeys([*known, *found]))

    def lambda_arn(self, block: Block, field: str) -> str | None:
        types = ["aws_lambda_function"]
        return self._one(block, field, types, self.identities.lambda_arn)

    def function_arn(self, block: Block, field: str) -> str | None:
        types = ["aws_cloudfront_function"]
        return self._one(block, field, types, self.identities.function_arn)

    def bucket(self, block: Block, field: str) -> str | None:
        return self._one(block, field, ["aws_s3_bucket"], self.identities.bucket)

    def identity_path(self, block: Block, field: str) -> str | None:
        """Of an origin access identity."""

        def path(resource: Resource) -> str:
            return f"origin-access-identity/cloudfront/{self.identities.id(resource)}"

        types = ["aws_cloudfront_origin_access_identity"]
        return self._one(block, field, types, path)

    def label(self, block: Block, field: str) -> str | None:
        """The id of an origin, which names it within a distribution alone: a bucket's name where that
        is all that is behind it, else what it is made of. Equal expressions have equal labels.
        """
        if not block.is_unknown(field):
            known: str | None = block.get(field)
            return known
        behind = self.behind(block, field)
        if len(behind) == 1 and behind[0].type == "aws_s3_bucket":
            return self.identities.bucket(behind[0])
        written = whole((block.expression(field) or {}).get("references") or [])
        if not written:
            raise block.unresolved(field)
        return " ".join(written)

    def domain_name(self, block: Block, field: str) -> str | None:
        """Of whatever can be an origin. A bucket has two: its REST endpoint and its website's."""
        if block.is_unknown(field):
            mentioned = self._references.of(block.resource, block.expression(field))
            sites = [
                m.resource
                for m in mentioned
                if (m.resource.type, m.attribute) == ("aws_s3_bucket", WEBSITE)
            ]
            if len(sites) == 1 == len(mentioned):
                return self.identities.website_of_bucket(sites[0])
        return self._one(block, field, None, self.identities.domain_name)

    def behind(
        self, block: Block, field: str, types: Iterable[str] | None = None
    ) -> list[Resource]:
        """The resources that a field mentions, of these types, each once."""
        wanted = None if types is None else frozenset(types)
        mentioned = self._references.of(block.resource, block.expression(field))
        found = {
            m.resource.address: m.resource
            for m in mentioned
            if wanted is None or m.resource.type in wanted
        }
        return list(found.values())

    def _one(self, block: Block, field: str, types: Iterable[str] | None, name: Name) -> str | None:
        if not block.is_unknown(field):
            known: str | None = block.get(field)
            return known
        behind = self.behind(block, field, types)
        names = {n for resource in behind if (n := name(resource)) is not None}
        if len(names) > 1:
            raise block.unresolved(
                field, f"it may be any of {', '.join(r.address for r in behind)}"
            )
        if not names:
            raise block.unresolved(field)
        return names.pop()
