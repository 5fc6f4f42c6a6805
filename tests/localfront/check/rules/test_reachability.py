from __future__ import annotations

import pytest

from tests.localfront.check.checking import api, finding, findings
from tests.localfront.factories import listing


@pytest.mark.proves("RT-001")
def test_a_behavior_behind_one_that_covers_it_is_never_reached() -> None:
    behaviors = listing(api(), api(PathPattern="api/v1/*"))

    found = finding("RT-001", CacheBehaviors=behaviors)

    assert found.resource.endswith("behavior 'api/v1/*'")
    assert "'/api/*', which comes first" in found.message


@pytest.mark.proves("RT-001")
def test_a_more_specific_pattern_may_come_first() -> None:
    behaviors = listing(api(PathPattern="/api/v1/*"), api())

    assert findings("RT-001", CacheBehaviors=behaviors) == ()


def test_a_star_pattern_makes_the_default_behavior_unreachable() -> None:
    found = finding("RT-001", CacheBehaviors=listing(api(PathPattern="*")))

    assert found.resource.endswith("default behavior")
