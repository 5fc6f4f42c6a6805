"""Map a request's uri to a page of the site, and recognise every uri that might be the home page.

The home page is the only object that needs a session. Everything else in the bucket is
public, and paths that do not exist must reach S3 without a session, because S3's 403
triggers the error page. So instead of a list of public paths there is a check for one name,
broad enough for any interpretation of a uri.

S3 percent-decodes a path once and takes the rest literally: `/%68ome.html` is the home page
there, `//home.html` and `/HOME.HTML` are not. Other origins, proxies and emulators also
decode twice, merge slashes, resolve dot segments, truncate at a NUL or fold case. Instead of
imitating them, the uri is decoded until it no longer changes, lookalikes (full-width letters,
accents, capitals) become plain letters, and only a to z are kept. If the result contains
`homehtml`, the uri might be the home page. If it cannot be decoded safely, it might be, too.

The price: a uri that an origin would refuse anyway (`/100%`) leads to the login page instead
of the error page, and a public page called `at-home.html` would need a session. The uri is
only examined here; the request continues with the original one.

Source: Amazon S3 User Guide, "Naming Amazon S3 objects"; RFC 3986, sections 2 and 6.
"""

import re
import unicodedata
from enum import Enum, auto
from urllib.parse import unquote

HOME_LETTERS = "homehtml"
# Paths are not encoded three times by accident. The bound limits the processor time for a
# uri with many layers.
MOST_LAYERS = 4


class Page(Enum):
    HOME = auto()
    MAYBE_HOME = auto()  # another spelling of the home page, for some origin
    LOGIN = auto()
    LOGIN_WITHOUT_SLASH = auto()
    OTHER = auto()


EXACT_PATHS = {
    "/": Page.HOME,
    "/home.html": Page.HOME,
    "/login/": Page.LOGIN,
    "/login.html": Page.LOGIN,
    "/login": Page.LOGIN_WITHOUT_SLASH,
}


def page_at(uri: str) -> Page:
    """The page that `uri` requests; `uri` is an event's path without the query string."""
    exact = EXACT_PATHS.get(uri)
    if exact is not None:
        return exact
    return Page.MAYBE_HOME if might_be_home(uri) else Page.OTHER


def might_be_home(uri: str) -> bool:
    """Whether any origin could interpret `uri` as the home page."""
    text = fully_decoded(uri)
    return text is None or HOME_LETTERS in re.sub("[^a-z]", "", text)


def fully_decoded(uri: str) -> str | None:
    """Decode all layers of percent-encoding and fold characters; None if that is unsafe.

    Unsafe: more than `MOST_LAYERS` layers, a percent sign without an escape (`%u0068` is a
    letter for some servers), bytes that are not UTF-8 (`%c1%a8` is an overlong `h` for a
    lenient decoder).
    """
    text = uri
    for _ in range(MOST_LAYERS + 1):
        # in each layer: some servers fold a full-width percent sign before they decode
        text = unicodedata.normalize("NFKD", text).casefold()
        if "%" not in text:
            return text
        try:
            text = unquote(text, errors="strict")
        except UnicodeDecodeError:
            return None
    return None
