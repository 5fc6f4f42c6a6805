"""The outcome of a request: the response, and its X-Cache.

Source: CloudFront Developer Guide, "Standard log file fields", x-edge-result-type (RV-004, RV-005).
"""

from __future__ import annotations

from localfront.http_messages.messages import Response
from localfront.http_messages.values import value

HIT = "Hit from cloudfront"
MISS = "Miss from cloudfront"
REFRESH_HIT = "RefreshHit from cloudfront"
ERROR = "Error from cloudfront"
REDIRECT = "Redirect from cloudfront"
GENERATED = "LambdaGeneratedResponse from cloudfront"
FUNCTION_GENERATED = "FunctionGeneratedResponse from cloudfront"


@value(frozen=True, slots=True)
class Outcome:
    """A response on its way to the viewer, and its X-Cache.

    `generated`: by a function, so CloudFront does not change it (LR-019, FN-010).
    `skips_viewer_response`: viewer-response does not run (PL-008). `age` of a hit, in seconds.
    """

    response: Response
    x_cache: str
    generated: bool = False
    skips_viewer_response: bool = True
    age: int | None = None

    @property
    def result(self) -> str:
        """The result: Hit, Miss, Error, ..."""
        return self.x_cache.partition(" ")[0]


def of_object(
    response: Response,
    x_cache: str,
    *,
    origin_failed: bool,
    generated: bool,
    age: int | None = None,
) -> Outcome:
    """The outcome for a response: an origin's 4xx or 5xx is an error, cached or not (RV-005)."""
    if response.status >= 400 and not generated:
        x_cache = ERROR
    return Outcome(response, x_cache, generated, origin_failed, age)
