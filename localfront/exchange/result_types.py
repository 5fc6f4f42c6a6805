"""Result types: how CloudFront's access log classifies a request.

Source: CloudFront Developer Guide, "Standard logging reference" (LG-001, LG-002). The class of a
response is that of X-Cache (RV-004), in the log's terms.
"""

from __future__ import annotations

# Detailed types of successful responses.
FINER = frozenset({"MissGeneratedResponse", "OriginShieldHit"})

DETAILS = FINER | frozenset(
    {
        "AbortedOrigin", "ClientCommError", "ClientGeoBlocked", "ClientHungUpRequest", "Error",
        "InvalidRequest", "InvalidRequestBlocked", "InvalidRequestCertificate",
        "InvalidRequestHeader", "InvalidRequestMethod", "OriginCommError", "OriginConnectError",
        "OriginContentRangeLengthError", "OriginDnsError", "OriginError",
        "OriginHeaderTooBigError", "OriginInvalidResponseError", "OriginReadError",
        "OriginWriteError", "OriginZeroSizeObjectError", "SlowReaderOriginError",
    }
)  # fmt: skip

# X-Cache values with other names in the log. LX-005: AWS's page has one class for failing
# functions; an invalid result is an Error, a throttled function a LimitExceeded.
IN_THE_LOG = {
    "LambdaValidationError": "Error",
    "LambdaLimitExceeded": "LimitExceeded",
}

DETAILS_BY_RULE = {
    "": "Error",  # not CloudFront's: a bug in localfront
    "HO-014": "InvalidRequestHeader",
    "MI-004": "ClientGeoBlocked",
    "VP-005": "InvalidRequestMethod",
    "VP-012": "InvalidRequestHeader",
}


def response_result_type(x_cache: str, *, unanswered: bool = False) -> str:
    """`x-edge-response-result-type`: the result just before the response is sent."""
    if unanswered:
        return "Error"
    name = x_cache.partition(" ")[0]
    return IN_THE_LOG.get(name, name)


def result_type(x_cache: str, *, aborted: bool = False) -> str:
    """`x-edge-result-type`: the result after the last byte; Error if the viewer disconnected."""
    return response_result_type(x_cache, unanswered=aborted)


def detailed_result_type(x_cache: str, *, aborted: bool = False, detail: str = "") -> str:
    """`x-edge-detailed-result-type`: the kind of an error, otherwise the result or a finer one."""
    if aborted:
        return "ClientCommError"
    found = result_type(x_cache)
    if found == "Error":
        return detail if detail in DETAILS - FINER else "Error"
    return detail if detail in FINER else found


def detail_of_refusal(rule: str) -> str:
    """The detailed type of a refusal, by the checklist's id."""
    if rule.startswith("SG-"):
        return "InvalidRequestBlocked"
    return DETAILS_BY_RULE.get(rule, "InvalidRequest")
