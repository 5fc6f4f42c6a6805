"""What is served, as the inspector looks at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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


Look = Callable[[], InForce]
