"""Resolve fields that refer to other resources.

Known values are used as they are. For unknown ones, the plan's expression shows the resource, and
`Identities` gives its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from localfront.config.notices import Notice
from localfront.sources import placeholder_ids
from localfront.sources.terraform.blocks import Block
from localfront.sources.terraform.identity import Identities
from localfront.sources.terraform.references import Mentioned, References, whole
from localfront.sources.terraform.show import Resource, Show

AFTER_APPLY = "is known only after the apply"
WEBSITE = "website_endpoint"
DOMAIN_ATTRIBUTES = frozenset(
    {
        "api_endpoint",
        "bucket_domain_name",
        "bucket_regional_domain_name",
        "cname",
        "dns_name",
    }
    | {"domain_name", "endpoint", "endpoint_url", "fqdn", "function_url", "invoke_url"}
    | {"public_dns", "regional_domain_name", "service_url", WEBSITE}
)
Name = Callable[[Resource], str | None]


class Links:
    """Resolves the fields of a plan."""

    def __init__(self, references: References, identities: Identities, show: Show) -> None:
        self._references = references
        self._show = show
        self.identities = identities
        self.notices: list[Notice] = []

    def text(self, block: Block, field: str, *, placeholder: str | None = None) -> str:
        """A string that affects no response; if unknown, a placeholder with a notice."""
        if not block.is_unknown(field):
            return str(block.get(field) or "")
        if placeholder is None:
            placeholder = f"placeholder-{placeholder_ids.lower_id(_place(block, field))}"
        self.notice(block, field, f"it is {placeholder!r}" if placeholder else "it is left out")
        return placeholder

    def notice(self, block: Block, field: str, here: str) -> None:
        """Add a notice that a value is unknown, and what is used instead."""
        place = _place(block, field)
        self.notices.append(Notice(field=place, on_aws=AFTER_APPLY, here=here))

    def id(self, block: Block, field: str, *types: str) -> str | None:
        """The id of a resource of one of these types."""
        return self._one(block, field, types, self.identities.id)

    def ids(self, block: Block, field: str, resource_type: str) -> list[str]:
        """The ids in a list or set: the known ones, and those of every resource it refers to."""
        return self._many(block, field, resource_type, self.identities.id)

    def one_of(self, block: Block, field: str, types: Iterable[str], name: Name) -> str | None:
        """The name of the only resource of these types that a field refers to.

        Raises ConfigError if there is not exactly one.
        """
        return self._one(block, field, types, name)

    def distribution_names(self, block: Block, field: str) -> list[str]:
        """The domain names of distributions in a list or set."""
        kind = "aws_cloudfront_distribution"
        return self._many(block, field, kind, self.identities.of_distribution)

    def store_arns(self, block: Block, field: str) -> list[str]:
        """The ARNs of key value stores in a list or set."""
        kind = "aws_cloudfront_key_value_store"
        return self._many(block, field, kind, self.identities.store_arn)

    def store_arn(self, block: Block, field: str) -> str | None:
        types = ["aws_cloudfront_key_value_store"]
        return self._one(block, field, types, self.identities.store_arn)

    def _many(
        self,
        block: Block,
        field: str,
        resource_type: str,
        name: Callable[[Resource], str],
    ) -> list[str]:
        if not block.is_unknown(field):
            return list(block.get(field) or [])
        values = [i for i in block.values.get(field) or [] if isinstance(i, str)]
        found = [name(resource) for resource in self.behind(block, field, [resource_type])]
        if not found:
            raise block.unresolved(field)
        return list(dict.fromkeys([*values, *found]))

    def lambda_arn(self, block: Block, field: str) -> str | None:
        types = ["aws_lambda_function"]
        return self._one(block, field, types, self.identities.lambda_arn)

    def function_arn(self, block: Block, field: str) -> str | None:
        types = ["aws_cloudfront_function"]
        return self._one(block, field, types, self.identities.function_arn)

    def bucket(self, block: Block, field: str) -> str | None:
        return self._one(block, field, ["aws_s3_bucket"], self.identities.bucket)

    def identity_path(self, block: Block, field: str) -> str | None:
        """The path of an origin access identity."""

        def path(resource: Resource) -> str:
            return f"origin-access-identity/cloudfront/{self.identities.id(resource)}"

        types = ["aws_cloudfront_origin_access_identity"]
        return self._one(block, field, types, path)

    def label(self, block: Block, field: str) -> str | None:
        """The id of an origin, unique only within a distribution.

        It is a bucket's name if the expression has only that, else the expression's references, so
        equal expressions have equal ids. None if the plan shows no expression.
        """
        if not block.is_unknown(field):
            value: str | None = block.get(field)
            return value
        behind = self.behind(block, field)
        if len(behind) == 1 and behind[0].type == "aws_s3_bucket":
            return self.identities.bucket(behind[0])
        written = whole((block.expression(field) or {}).get("references") or [])
        return " ".join(written) or None

    def domain_name(self, block: Block, field: str, *, is_bucket: bool) -> str:
        """The domain name of a resource that can be an origin. A bucket has two: REST and website
        endpoint.

        If unknown, it is a placeholder of the block's kind, with a notice.
        """
        if not block.is_unknown(field):
            return str(block.get(field) or "")
        mentioned = self._references.of(block.resource, block.expression(field))
        found = self._domain_of(mentioned) or self._domain_of(self._relevant(is_bucket))
        if found is not None:
            return found
        name = _place(block, field)
        placeholder = placeholder_ids.unknown_host(name)
        if is_bucket:
            placeholder = (
                f"bucket-{placeholder_ids.lower_id(name)}.s3.{self.identities.region}.amazonaws.com"
            )
        here = f"it is {placeholder!r}; replace it with --origin-override"
        self.notice(block, field, here)
        return placeholder

    def _domain_of(self, mentioned: Iterable[Mentioned]) -> str | None:
        """The only domain name that these references stand for."""
        names = {
            self.identities.website_of_bucket(m.resource)
            if (m.resource.type, m.attribute) == ("aws_s3_bucket", WEBSITE)
            else self.identities.domain_name(m.resource)
            for m in mentioned
        } - {None}
        return names.pop() if len(names) == 1 else None

    def _relevant(self, is_bucket: bool) -> Iterator[Mentioned]:
        """All that a `local` or `dynamic` block may refer to; a plan does not say which part does."""
        by_address = {r.address: r for r in self._show.resources}
        for address, attribute in self._show.relevant:
            resource = by_address.get(address)
            if resource is None or attribute not in DOMAIN_ATTRIBUTES:
                continue
            rest = resource.type == "aws_s3_bucket" and attribute != WEBSITE
            if rest == is_bucket:
                yield Mentioned(resource, attribute)

    def behind(
        self, block: Block, field: str, types: Iterable[str] | None = None
    ) -> list[Resource]:
        """The resources of these types that a field refers to, without duplicates."""
        wanted = None if types is None else frozenset(types)
        mentioned = self._references.of(block.resource, block.expression(field))
        found = {
            m.resource.address: m.resource
            for m in mentioned
            if wanted is None or m.resource.type in wanted
        }
        return list(found.values())

    def _relevant_of(self, types: Iterable[str]) -> list[Resource]:
        """The only resource of these types that unknown values may come from."""
        addresses = {address for address, _ in self._show.relevant}
        found = [r for r in self._show.of_type(*types) if r.address in addresses]
        return found if len(found) == 1 else []

    def _one(self, block: Block, field: str, types: Iterable[str] | None, name: Name) -> str | None:
        if not block.is_unknown(field):
            value: str | None = block.get(field)
            return value
        behind = self.behind(block, field, types)
        if not behind and types is not None:
            behind = self._relevant_of(types)
        names = {n for resource in behind if (n := name(resource)) is not None}
        if len(names) > 1:
            raise block.unresolved(
                field, f"it may be any of {', '.join(r.address for r in behind)}"
            )
        if not names:
            raise block.unresolved(field)
        return names.pop()


def _place(block: Block, field: str) -> str:
    return f"{block.resource.address}: {block.path}{field}"
