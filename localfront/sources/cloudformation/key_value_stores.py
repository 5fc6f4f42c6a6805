"""AWS::CloudFront::KeyValueStore → the store's contents, if they come from a local file.

Source: CloudFormation Template Reference, AWS::CloudFront::KeyValueStore ImportSource.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from localfront.sources.cloudformation.functions import asset
from localfront.sources.cloudformation.identities import StackResource, store_arn
from localfront.sources.cloudformation.scope import StackScope
from localfront.sources.description import FunctionCode, StoreContent
from localfront.sources.key_value_files import read_pairs

STORE = "AWS::CloudFront::KeyValueStore"


def key_value_stores(
    scopes: Iterable[StackScope], functions: Iterable[FunctionCode]
) -> dict[str, StoreContent]:
    """The stores of these functions, by ARN. Raises ConfigError."""
    wanted = {arn for function in functions for arn in function.key_value_store_arns}
    stores = (StackResource(scope, r) for scope in scopes for r in scope.of_type(STORE))
    return {
        arn: StoreContent(name=store.physical_name, values=_values(store))
        for store in stores
        if (arn := store_arn(store)) in wanted
    }


def _values(store: StackResource) -> Mapping[str, str]:
    file = import_file(store)
    return {} if file is None or not file.is_file() else read_pairs(file)


def import_file(store: StackResource) -> Path | None:
    """The local file that the store's keys are imported from, if it exists."""
    source = store.scope.value(store.resource, "ImportSource")
    arn = str(source.get("SourceArn") or "") if isinstance(source, Mapping) else ""
    key = arn.rpartition(":")[2].partition("/")[2]
    return asset(store, key) if key else None
