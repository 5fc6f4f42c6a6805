"""Run axe-core on a page."""

from axe_playwright_python.sync_playwright import (  # type: ignore[import-untyped]  # ships no types
    Axe,
)
from playwright.sync_api import Page, ViewportSize

_SEVERE = {"serious", "critical"}


SCREENS: dict[str, ViewportSize] = {
    "desktop": {"width": 1280, "height": 800},
    "phone": {"width": 375, "height": 667},
}


def severe_findings_on_each_screen(page: Page) -> list[str]:
    """Serious and critical findings, one line each: screen, rule, help and place."""
    findings = []
    for screen, size in SCREENS.items():
        page.set_viewport_size(size)
        findings += [f"{screen}: {finding}" for finding in _severe_findings(page)]
    return findings


def _severe_findings(page: Page) -> list[str]:
    """Findings of impact serious or critical, one line each: rule, help and place."""
    assert page.evaluate("getComputedStyle(document.body).backgroundImage") == "none"
    here = page.evaluate("'axe' in window")  # half a megabyte to read, once for each document
    violations = (Axe("0") if here else Axe()).run(page).response["violations"]
    return [
        f"{found['id']} ({found['impact']}): {found['help']} "
        f"at {', '.join(str(node['target']) for node in found['nodes'])}"
        for found in violations
        if found["impact"] in _SEVERE
    ]
