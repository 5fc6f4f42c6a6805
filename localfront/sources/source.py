"""The protocol of a configuration source. All of it blocks: call it from a thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from localfront.sources.configuration import Configuration
from localfront.sources.description import KeyValueStore


@dataclass(frozen=True, slots=True)
class Invalidation:
    """Source: CloudFront API Reference, GetInvalidation."""

    distribution_id: str
    id: str
    paths: tuple[str, ...]


class ConfigurationSource(Protocol):
    """Where a configuration comes from."""

    def read(self) -> Configuration:
        """What is to be served now. Raises ConfigError when it can't be honoured, botocore's errors
        when an API does not answer.
        """

    def forget(self) -> None:
        """Let the next reading begin from nothing, also where nothing has changed."""

    def new_invalidations(
        self, configuration: Configuration, seen: Iterable[str]
    ) -> list[Invalidation]:
        """The invalidations whose ids were not seen before."""


class LambdaFunctions(Protocol):
    """Lambda's GetFunction, from wherever functions come.

    An answer's `Code` has a `Location`, or the archive's bytes themselves as `ZipFile`, the name
    that CreateFunction gives them.
    """

    def get_function(
        self,
        *,
        FunctionName: str,  # noqa: N803 -- the API's name, as boto3's client takes it
        Qualifier: str,  # noqa: N803 - boto3's name for it
    ) -> Mapping[str, Any]:
        """Raises ConfigError or botocore's ClientError when there is no such version."""


class CloudFrontFunctionsApi(Protocol):
    """CloudFront's DescribeFunction and GetFunction, from wherever functions come."""

    def describe_function(
        self,
        *,
        Name: str,  # noqa: N803 - boto3's name for it
        Stage: Literal["LIVE"],  # noqa: N803 - boto3's name for it
    ) -> Mapping[str, Any]:
        """Raises ConfigError or botocore's ClientError when there is no such function."""

    def get_function(
        self,
        *,
        Name: str,  # noqa: N803 - boto3's name for it
        Stage: Literal["LIVE"],  # noqa: N803 - boto3's name for it
    ) -> Mapping[str, Any]:
        """Raises as `describe_function` does."""


class KeyValueStoresApi(Protocol):
    """Reads key value stores, from wherever they come."""

    def read(self, arn: str, *, but: str) -> tuple[str, KeyValueStore] | None:
        """The store and its ETag; None when the ETag is still `but`. Raises ConfigError."""

    def unused(self) -> list[str]:
        """What was given for a store that no function has."""

    def place(self, arn: str) -> str:
        """Where its keys are, in a few words."""

    def edit(self, arn: str, key: str, value: str | None) -> None:
        """Set a key, or take it away. Raises ConfigError where that can't be."""


class Source(ConfigurationSource, Protocol):
    """Where a configuration and the code that it names come from."""

    @property
    def lambda_functions(self) -> LambdaFunctions: ...

    @property
    def cloudfront_functions(self) -> CloudFrontFunctionsApi: ...

    @property
    def key_value_stores(self) -> KeyValueStoresApi: ...
