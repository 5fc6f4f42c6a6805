"""What is served, as the inspector looks at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from localfront.cloudfront_functions.published_functions import CloudFrontFunctions
from localfront.lambda_edge.functions import EdgeFunctions
from localfront.origins.addresses import Endpoints
from localfront.sources.configuration import Configuration


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """A configuration with what runs for it; `endpoints` are complete."""

    configuration: Configuration
    endpoints: Endpoints
    lambdas: EdgeFunctions
    functions: CloudFrontFunctions

    def file_of(self, arn: str) -> Path | None:
        """The file that a CloudFront Function's code comes from; None where it is published alone."""
        described = self.configuration.functions.get(arn)
        own = self.functions.local_file(self.functions.loaded(arn).name)
        return own or (described.file if described else None)


Look = Callable[[], InForce]
