"""Pages without gradients and background pictures.

To paint them takes a third of a test's processor time, and axe gives no verdict on the contrast of
text over them. Each of our surfaces has a solid colour beneath, the worst case of its gradient.
"""

from playwright.sync_api import BrowserContext, Page

_PAINT_SOLID = """
const sheet = new CSSStyleSheet();
sheet.replaceSync("*, *::before, *::after { background-image: none !important }");
document.adoptedStyleSheets = [sheet];
"""
_PAINT_ALL = "document.adoptedStyleSheets = []"


def paint_solid(context: BrowserContext) -> None:
    context.add_init_script(_PAINT_SOLID)


def paint_all(page: Page, *, timeout_ms: int) -> None:
    """Show the open document as designed. Raises TimeoutError if the page hangs."""
    page.locator("html").evaluate(_PAINT_ALL, timeout=timeout_ms)
