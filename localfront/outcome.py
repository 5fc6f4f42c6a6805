"""What became of a request: the response, and what CloudFront says of it.

Source: CloudFront Developer Guide, "Standard log file fields", x-edge-result-type (RV-004, RV-005).
"""

from __future__ import annotations

from dataclasses import dataclass

from localfront.messages import Response

HIT = "Hit from cloudfront"
MISS = "Miss from cloudfront"
REFRESH_HIT = "RefreshHit from cloudfront"
ERROR = "Error from cloudfront"
REDIRECT = "Redirect from cloudfront"
GENERATED = "LambdaGeneratedResponse from cloudfront"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A response on its way to the viewer, and its X-Cache.

    `origin_failed`: the origin answered 400 or more, or not at all (PL-008).
    """

    response: Response
    x_cache: str
    origin_failed: bool = False

    @classmethod
    def of(
        cls, response: Response, x_cache: str, *, origin_failed: bool = False
    ) -> Outcome:
        """RV-005: whatever its way, a 4xx or 5xx is an error."""
        result = ERROR if response.status >= 400 else x_cache
        return cls(response, result, origin_failed)

    @property
    def is_generated(self) -> bool:
        """Whether a function made the response."""
        return "Generated" in self.x_cache
