"""The protocol of a configuration source. All of it blocks: call it from a thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from localfront.sources.configuration import Configuration
from localfront.sources.key_value_store import KeyValueStore


@dataclass(frozen=True, slots=True)
class Invalidation:
    """An invalidation. Source: CloudFront API Reference, GetInvalidation."""

    distribution_id: str
    id: str
    paths: tuple[str, ...]


class ConfigurationSource(Protocol):
    """A source that configurations are read from."""

    def read(self) -> Configuration:
        """Read the current configuration.

        Raises ConfigError if it cannot be honoured, botocore's errors when an API does not answer.
        """

    def forget(self) -> None:
        """Drop cached data, so that the next reading starts from scratch."""

    def new_invalidations(
        self, configuration: Configuration, seen: Iterable[str]
    ) -> list[Invalidation]:
        """Invalidations with ids not seen before."""


class LambdaFunctions(Protocol):
    """Lambda's GetFunction, implemented by the API or by files.

    `Code` in the response has a `Location`, or the archive's bytes as `ZipFile`, CreateFunction's
    name for them.
    """

    def get_function(
        self,
        *,
        FunctionName: str,  # noqa: N803 -- the API's name, as boto3's client takes it
        Qualifier: str,  # noqa: N803 - boto3's name for it
    ) -> Mapping[str, Any]:
        """GetFunction. Raises ConfigError or botocore's ClientError if there is no such version."""


class CloudFrontFunctionsApi(Protocol):
    """CloudFront's DescribeFunction and GetFunction, implemented by the API or by files."""

    def describe_function(
        self,
        *,
        Name: str,  # noqa: N803 - boto3's name for it
        Stage: Literal["LIVE"],  # noqa: N803 - boto3's name for it
    ) -> Mapping[str, Any]:
        """DescribeFunction.

        Raises ConfigError or botocore's ClientError if the function does not exist.
        """

    def get_function(
        self,
        *,
        Name: str,  # noqa: N803 - boto3's name for it
        Stage: Literal["LIVE"],  # noqa: N803 - boto3's name for it
    ) -> Mapping[str, Any]:
        """GetFunction. Raises the same errors as `describe_function`."""


class KeyValueStoresApi(Protocol):
    """Reads key value stores, from the API or from files."""

    def read(self, arn: str, *, but: str) -> tuple[str, KeyValueStore] | None:
        """A store and its ETag; None if the ETag is still `but`. Raises ConfigError."""

    def unused(self) -> list[str]:
        """Stores given on the command line that no function uses."""

    def place(self, arn: str) -> str:
        """A short description of where a store's keys come from."""

    def edit(self, arn: str, key: str, value: str | None) -> None:
        """Set or delete a key. Raises ConfigError if that is not possible."""


class Source(ConfigurationSource, Protocol):
    """A source of a configuration and its code."""

    @property
    def lambda_functions(self) -> LambdaFunctions: ...

    @property
    def cloudfront_functions(self) -> CloudFrontFunctionsApi: ...

    @property
    def key_value_stores(self) -> KeyValueStoresApi: ...
