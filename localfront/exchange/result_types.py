"""Result types: how CloudFront's access log classifies a request.

Source: CloudFront Developer Guide, "Standard logging reference" (LG-001, LG-002). The class of a
response is what X-Cache tells the viewer (RV-004), in the log's words.
"""

from __future__ import annotations

# Details that are finer than a class of success.
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

# Classes of X-Cache that the log has in other words. LX-005: its page knows one class of failing
# functions; a result that fails validation is the rest, an error, and a throttled function a limit.
IN_THE_LOG = {
    "LambdaValidationError": "Error",
    "LambdaLimitExceeded": "LimitExceeded",
}

DETAILS_BY_RULE = {
    "": "Error",  # none of CloudFront's: localfront itself failed
    "HO-014": "InvalidRequestHeader",
    "MI-004": "ClientGeoBlocked",
    "VP-005": "InvalidRequestMethod",
    "VP-012": "InvalidRequestHeader",
}


def response_result_type(x_cache: str, *, unanswered: bool = False) -> str:
    """`x-edge-response-result-type`: the class just before the response goes out."""
    if unanswered:
        return "Error"
    name = x_cache.partition(" ")[0]
    return IN_THE_LOG.get(name, name)


def result_type(x_cache: str, *, aborted: bool = False) -> str:
    """`x-edge-result-type`: the class after the last byte; a viewer that left makes it an error."""
    return response_result_type(x_cache, unanswered=aborted)


def detailed_result_type(x_cache: str, *, aborted: bool = False, detail: str = "") -> str:
    """`x-edge-detailed-result-type`: of an error its kind, else the class, or what is finer."""
    if aborted:
        return "ClientCommError"
    found = result_type(x_cache)
    if found == "Error":
        return detail if detail in DETAILS - FINER else "Error"
    return detail if detail in FINER else found


def detail_of_refusal(rule: str) -> str:
    """The kind of error behind a refusal of CloudFront itself, by the checklist's item."""
    if rule.startswith("SG-"):
        return "InvalidRequestBlocked"
    return DETAILS_BY_RULE.get(rule, "InvalidRequest")
