"""Parse the CustomErrorResponses of a DistributionConfig.

Sources: CloudFront API Reference, CustomErrorResponse; Developer Guide, "Generate custom error
responses" (ER-003, ER-008, ER-009).
"""

from __future__ import annotations

from localfront.config.distribution import CustomErrorResponse
from localfront.config.fields import Fields

# ER-008, in the order of the page.
CODES = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)


def parse_error_responses(config: Fields) -> tuple[CustomErrorResponse, ...]:
    """Parse CustomErrorResponses. Raises ConfigError."""
    responses = tuple(map(_error_response, config.parts("CustomErrorResponses")))
    codes = [response.error_code for response in responses]
    if len(set(codes)) < len(codes):
        raise config.wrong(
            "CustomErrorResponses",
            f"has duplicate codes: {', '.join(map(str, sorted(codes)))}",
            "Keep one response for each code.",
        )
    return responses


def _error_response(fields: Fields) -> CustomErrorResponse:
    fields.only(["ErrorCode", "ResponsePagePath", "ResponseCode", "ErrorCachingMinTTL"])
    code = fields.number("ErrorCode")
    if code not in CODES:
        raise fields.wrong(
            "ErrorCode",
            "can't have a custom page (ER-008)",
            f"CloudFront accepts {', '.join(map(str, CODES))}.",
        )
    page = fields.text("ResponsePagePath", "")
    if page and not page.startswith("/"):
        raise fields.wrong("ResponsePagePath", "is not a path", "Start it with `/`.")
    response_code = _response_code(fields)
    if bool(page) != bool(response_code):
        raise fields.wrong(
            "ResponsePagePath" if page else "ResponseCode",
            "is set alone: CloudFront accepts ResponsePagePath and ResponseCode only together "
            "(ER-009)",
            "Write both, or neither.",
        )
    return CustomErrorResponse(
        error_code=code,
        response_page_path=page or None,
        response_code=response_code,
        error_caching_min_ttl=fields.number("ErrorCachingMinTTL", 10),
    )


def _response_code(fields: Fields) -> int | None:
    """The response code, which the API has as a string."""
    code = fields.text("ResponseCode", "")
    if not code:
        return None
    if code not in map(str, (200, *CODES)):
        raise fields.wrong(
            "ResponseCode",
            "can't replace the status of an error (ER-009)",
            f"CloudFront accepts 200, {', '.join(map(str, CODES))}.",
        )
    return int(code)
