"""aws_cloudfront_key_value_store and its keys in Terraform → the contents of stores.

Source: Terraform AWS provider, aws_cloudfrontkeyvaluestore_key and
aws_cloudfrontkeyvaluestore_keys_exclusive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from localfront.sources.description import FunctionCode, StoreContent
from localfront.sources.terraform.blocks import Block
from localfront.sources.terraform.links import Links
from localfront.sources.terraform.show import Show

STORE = "aws_cloudfront_key_value_store"
KEY = "aws_cloudfrontkeyvaluestore_key"
KEYS = "aws_cloudfrontkeyvaluestore_keys_exclusive"


def key_value_stores(
    show: Show, links: Links, functions: Iterable[FunctionCode]
) -> dict[str, StoreContent]:
    """The stores of these functions, by ARN. Raises ConfigError."""
    wanted = {arn for function in functions for arn in function.key_value_store_arns}
    values: dict[str, dict[str, str]] = {arn: {} for arn in wanted}
    for block in map(Block.of, show.of_type(KEY, KEYS)):
        arn = links.store_arn(block, "key_value_store_arn")
        if arn in wanted:
            values[arn] |= dict(_pairs(block, links))
    names = {links.identities.store_arn(r): str(r.values.get("name")) for r in show.of_type(STORE)}
    return {
        arn: StoreContent(name=names[arn], values=pairs)
        for arn, pairs in values.items()
        if arn in names
    }


def _pairs(block: Block, links: Links) -> Iterator[tuple[str, str]]:
    if block.resource.type == KEY:
        yield str(block.get("key")), links.text(block, "value")
        return
    for pair in block.blocks("resource_key_value_pair"):
        yield str(pair.get("key")), links.text(pair, "value")
