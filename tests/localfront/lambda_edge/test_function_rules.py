"""Functions that Lambda@Edge accepts, also where AWS's pages contradict each other."""

from typing import Any

import pytest

from localfront.lambda_edge.function_rules import (
    DEPRECATED,
    configuration_of,
    refusals,
    warnings,
)
from localfront.profiles import CLASSIC, PROFILE_2026, Profile

MB = 1024 * 1024


def configuration(**changes: Any) -> dict[str, Any]:
    plain = {"Runtime": "nodejs22.x", "Handler": "index.handler", "Timeout": 3}
    return {"MemorySize": 128, "CodeSize": 1000, **plain, **changes}


OVER_THE_OLD_LIMITS = [
    pytest.param({"Timeout": 6}, "LA-017", id="timeout"),
    pytest.param({"MemorySize": 129}, "LA-019", id="memory"),
    pytest.param({"CodeSize": MB + 1}, "LA-018", id="archive"),
]
OVER_ALL_LIMITS = [
    pytest.param({"Timeout": 31}, "LA-017", id="timeout"),
    pytest.param({"MemorySize": 10_241}, "LA-019", id="memory"),
    pytest.param({"CodeSize": 50 * MB + 1}, "LA-018", id="archive"),
]


def refused(profile: Profile, *, at_viewer_events: bool, **changes: Any) -> str:
    return " ".join(
        refusals(configuration(**changes), profile=profile, at_viewer_events=at_viewer_events)
    )


def warned(profile: Profile, *, at_viewer_events: bool, **changes: Any) -> str:
    return " ".join(
        warnings(configuration(**changes), profile=profile, at_viewer_events=at_viewer_events)
    )


@pytest.mark.proves("LA-017", "LA-018", "LA-019")
@pytest.mark.parametrize(("changes", "rule"), OVER_THE_OLD_LIMITS)
def test_the_old_limits_of_viewer_events_warn_today(changes: dict[str, Any], rule: str) -> None:
    assert refused(PROFILE_2026, at_viewer_events=True, **changes) == ""
    assert rule in warned(PROFILE_2026, at_viewer_events=True, **changes)


@pytest.mark.proves("LA-017", "LA-018", "LA-019")
@pytest.mark.parametrize(("changes", "rule"), OVER_THE_OLD_LIMITS)
def test_the_old_limits_of_viewer_events_refuse_in_the_classic_profile(
    changes: dict[str, Any], rule: str
) -> None:
    assert rule in refused(CLASSIC, at_viewer_events=True, **changes)
    assert warned(CLASSIC, at_viewer_events=True, **changes) == ""


@pytest.mark.proves("LA-017", "LA-018", "LA-019")
@pytest.mark.parametrize("profile", [PROFILE_2026, CLASSIC])
@pytest.mark.parametrize(("changes", "rule"), OVER_THE_OLD_LIMITS)
def test_origin_events_have_the_higher_limits_in_every_profile(
    profile: Profile, changes: dict[str, Any], rule: str
) -> None:
    assert rule not in refused(profile, at_viewer_events=False, **changes)
    assert warned(profile, at_viewer_events=False, **changes) == ""


@pytest.mark.proves("LA-017", "LA-018", "LA-019")
@pytest.mark.parametrize("at_viewer_events", [True, False])
@pytest.mark.parametrize(("changes", "rule"), OVER_ALL_LIMITS)
def test_a_function_over_the_highest_limits_is_refused(
    changes: dict[str, Any], rule: str, *, at_viewer_events: bool
) -> None:
    assert rule in refused(PROFILE_2026, at_viewer_events=at_viewer_events, **changes)


@pytest.mark.proves("LA-017", "LA-018", "LA-019")
@pytest.mark.parametrize("profile", [PROFILE_2026, CLASSIC])
def test_a_function_at_the_old_limits_is_accepted_at_every_event(profile: Profile) -> None:
    at_limits = {"Timeout": 5, "MemorySize": 128, "CodeSize": MB}

    assert refused(profile, at_viewer_events=True, **at_limits) == ""
    assert warned(profile, at_viewer_events=True, **at_limits) == ""


@pytest.mark.proves("LA-009")
@pytest.mark.parametrize("runtime", ["python3.12", "python3.14", "nodejs22.x", "nodejs24.x"])
def test_node_js_and_python_runtimes_are_accepted(runtime: str) -> None:
    assert refused(PROFILE_2026, at_viewer_events=False, Runtime=runtime) == ""
    assert warned(PROFILE_2026, at_viewer_events=False, Runtime=runtime) == ""


@pytest.mark.proves("LA-009")
@pytest.mark.parametrize("runtime", DEPRECATED)
def test_a_deprecated_runtime_keeps_running_and_is_reported(runtime: str) -> None:
    assert refused(PROFILE_2026, at_viewer_events=False, Runtime=runtime) == ""
    messages = warned(PROFILE_2026, at_viewer_events=False, Runtime=runtime)
    assert DEPRECATED[runtime] in messages
    assert "LA-009" in messages


@pytest.mark.proves("LA-009")
@pytest.mark.parametrize(
    "runtime", ["nodejs", "nodejs6.10", "nodejs22", "python2.7", "java21", "", None]
)
def test_other_runtimes_are_refused(runtime: str | None) -> None:
    messages = refused(PROFILE_2026, at_viewer_events=False, Runtime=runtime)

    assert "LA-009" in messages


@pytest.mark.proves("LA-008")
def test_an_archive_encrypted_with_a_customer_managed_key_is_refused() -> None:
    described = {
        "Configuration": configuration(),
        "Code": {"SourceKMSKeyArn": "arn:aws:kms:us-east-1:123456789012:key/1"},
    }

    (messages,) = refusals(
        configuration_of(described), profile=PROFILE_2026, at_viewer_events=False
    )

    assert "LA-008" in messages


@pytest.mark.proves("LA-007")
def test_a_container_image_is_refused_as_an_image_and_not_for_its_runtime() -> None:
    image = {"PackageType": "Image", "Runtime": None}

    (messages,) = refusals(configuration(**image), profile=PROFILE_2026, at_viewer_events=False)

    assert "LA-007" in messages
