"""Profiles and assumptions: our choices where AWS's pages contradict each other or are silent.

`Profile`: where two pages contradict each other (table D.1 of the checklist), a profile follows one
of them throughout. `Assumptions`: where no page says anything (table D.2), our choice and its
reason. No other place in localfront makes such a choice.
"""

from __future__ import annotations

from dataclasses import dataclass

from localfront.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One side of table D.1; sizes in bytes, times in seconds. The defaults are AWS's text of 2026."""

    name: str
    max_viewer_function_timeout: int = 30  # row 1
    max_viewer_function_memory_mb: int = 10_240  # row 2
    max_viewer_function_zip: int = 50 * 1024 * 1024  # row 3
    max_request_head: int = 32_768  # row 4
    url_too_long: int = 414  # row 4
    head_too_large: int = 494  # row 4
    function_raised: int = 503  # row 5
    cuts_oversized_replacement: bool = False  # row 7: else 502
    functions_may_set_content_headers: bool = True  # row 8: CloudFront Functions only
    cdn_loop_is_read_only: bool = True  # row 9
    refused_connection: int = 502  # row 11
    max_origin_timeout: int = 120  # row 12


PROFILE_2026 = Profile(name="2026")
CLASSIC = Profile(
    name="classic",
    max_viewer_function_timeout=5,
    max_viewer_function_memory_mb=128,
    max_viewer_function_zip=1024 * 1024,
    max_request_head=20_480,
    url_too_long=413,
    head_too_large=413,
    function_raised=500,
    cuts_oversized_replacement=True,
    functions_may_set_content_headers=False,
    cdn_loop_is_read_only=False,
    refused_connection=504,
    max_origin_timeout=60,
)
PROFILES = {profile.name: profile for profile in (PROFILE_2026, CLASSIC)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """The behavior assumed where AWS's guide is silent, by item of table D.2.

    In doubt the stricter behavior is assumed: what works here must not fail on AWS.
    """

    # 1: the function sees the path that the viewer requested.
    default_root_object_before_function: bool = False
    # 3: the pages refer to the origin's status, not to one that origin-response set.
    viewer_response_skips_mended_errors: bool = True
    # 4: Mangum and others return a number at request events, without known failures.
    status_may_be_a_number: bool = True
    # 7: "every response of the behavior" (RH-004), so also generated ones; not the redirect.
    headers_policy_on_generated_responses: bool = True
    # 8: a hit is a hit, also of a generated object.
    generated_object_is_hit: bool = True
    # 10: an error is an error, also a generated one.
    generated_error_has_error_ttl: bool = True
    # 14: GET and HEAD share a key (CA-004), so they share the object.
    head_from_cached_get: bool = True
    # 17: where AWS's lists of JavaScript are silent and njs refuses, so do we.
    functions_may_use_newer_javascript: bool = False
    # 15: the signature is for CloudFront, and would make the key differ for each viewer.
    signature_removed_before_origin: bool = True
    # Not a question about AWS. With it, absolute URLs in bodies and redirect_uri lack the port.
    local_port_hidden: bool = False


ASSUMPTIONS = Assumptions()


def assuming(names_and_values: dict[str, bool]) -> Assumptions:
    """The assumptions with some changed. Raises ConfigError with the valid names."""
    names = Assumptions.__dataclass_fields__
    for name in names_and_values:
        if name not in names:
            raise ConfigError(f"There is no assumption {name!r}. Known names: {', '.join(names)}.")
    return Assumptions(**names_and_values)
