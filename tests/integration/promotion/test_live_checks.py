"""Promotion's checks from outside, on the whole application."""

import ssl

from harness.checkout import BUILD
from harness.promotion import live_checks
from harness.promotion.live_checks import Site
from tests.integration.provisioned import Provisioned


def test_the_application_passes_its_live_checks(stack: Provisioned) -> None:
    pages = BUILD / "frontend"
    assets = frozenset(
        path.relative_to(pages).as_posix()
        for path in (pages / "assets").rglob("*")
        if path.is_file()
    )
    site = Site(url=stack.site_url, trust=ssl.create_default_context(cafile=stack.ca_file))

    assert dict(live_checks.look(site, assets)) == dict.fromkeys(live_checks.CHECKS, "")


def test_an_untrusted_certificate_is_a_fault(stack: Provisioned) -> None:
    site = Site(url=stack.site_url, trust=ssl.create_default_context())

    faults = dict(live_checks.look(site, frozenset(), patience=0))

    assert all("certificate" in fault for fault in faults.values())
    assert len(faults) == len(live_checks.CHECKS)
