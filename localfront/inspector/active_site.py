"""The active configuration, as the inspector reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from localfront.cloudfront_functions.published_functions import CloudFrontFunctions
from localfront.lambda_edge.functions import EdgeFunctions
from localfront.origins.addresses import Endpoints
from localfront.sources.configuration import Configuration


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveSite:
    """The active configuration with its runtimes; `endpoints` are complete."""

    configuration: Configuration
    endpoints: Endpoints
    lambdas: EdgeFunctions
    functions: CloudFrontFunctions

    def file_of(self, arn: str) -> Path | None:
        """The local file of a CloudFront Function's code; None if it is only published."""
        described = self.configuration.functions.get(arn)
        own = self.functions.local_file(self.functions.loaded(arn).name)
        return own or (described.file if described else None)


Look = Callable[[], ActiveSite]
