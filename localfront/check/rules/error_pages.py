"""Rules for custom error pages.

Sources: CloudFront Developer Guide, "Generate custom error responses" (ER-010, ER-013) and
"CloudFront events that can trigger a Lambda@Edge function" (ER-012).
"""

from __future__ import annotations

from collections.abc import Iterator

from localfront.check.evidence.evidence import Evidence
from localfront.check.evidence.sites import CheckedDistribution
from localfront.check.findings import CheckResult, Finding, Severity
from localfront.config.behavior_parsing import ALL_METHODS
from localfront.config.distribution import CacheBehavior, CustomErrorResponse

VIEWER_REQUEST = "viewer-request"
HIDING = (403, 404)
OK = 200


def check_error_pages(site: CheckedDistribution, evidence: Evidence) -> Iterator[CheckResult]:
    """Check that custom error pages can be served (ER-010, ER-012, ER-013)."""
    for response in site.error_responses:
        if response.response_page_path is None:
            continue
        yield from _hides_api(site, response)
        yield from _skips_login(site, response)


def _hides_api(site: CheckedDistribution, response: CustomErrorResponse) -> Iterator[Finding]:
    apis = [site.at(b) for b in site.behaviors if site.goes_to_api(b)]
    page = response.response_page_path
    served = site.behavior_for(str(page))
    if response.error_code not in HIDING or response.response_code != OK or not apis:
        return
    if served is not None and len(apis) == len(site.behaviors) == 1:
        return  # the API's own page
    yield Finding(
        rule="ER-010",
        severity=Severity.WARNING,
        resource=_at(site, response),
        message=f"Error pages belong to the whole distribution: every {response.error_code} of "
        "the API "
        f"({apis[0]}) reaches its callers as {page} with status 200.",
        remedy="Rewrite the site's unknown paths to the page in a viewer-request function of its "
        "own behavior, or let the API return other codes.",
    )


def _skips_login(site: CheckedDistribution, response: CustomErrorResponse) -> Iterator[Finding]:
    page = str(response.response_page_path)
    behavior = site.behavior_for(page)
    if behavior is None or not _is_guarded(behavior):
        return
    place = site.at(behavior)
    refusing = next((b for b in site.behaviors if b.allowed_methods != ALL_METHODS), None)
    if response.response_code == OK and response.error_code == 403 and refusing:
        refused = sorted(ALL_METHODS - refusing.allowed_methods)[0]
        yield Finding(
            rule="ER-013",
            severity=Severity.WARNING,
            resource=_at(site, response),
            message=f"A {refused} request is refused with 403 before any function runs, and "
            f"{page} is "
            f"shown for it with status 200. The function at viewer-request of the {_kind(place)} "
            "that serves the page is not run for error pages: if it asks for a log-in, this "
            "shows the page without one.",
            remedy="Use a separate page that may be public, with status 403.",
        )
        return
    yield Finding(
        rule="ER-012",
        severity=Severity.WARNING if response.response_code == OK else Severity.NOTE,
        resource=_at(site, response),
        message=f"{page} is served by the {_kind(place)}, whose function at viewer-request is "
        "not run "
        "for error pages: anyone who gets the error sees the page, logged in or not.",
        remedy="Put nothing on the page that not everyone may see.",
    )


def _kind(place: str) -> str:
    """The behavior's name without its distribution, which the finding has."""
    return place.rpartition(", ")[2]


def _is_guarded(behavior: CacheBehavior) -> bool:
    return behavior.function_for(VIEWER_REQUEST) is not None or any(
        association.event_type == VIEWER_REQUEST for association in behavior.function_associations
    )


def _at(site: CheckedDistribution, response: CustomErrorResponse) -> str:
    return f"{site.name}, error response {response.error_code}"
