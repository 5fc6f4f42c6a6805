"""Tell which page of the site a uri asks for, and which uris might be the home page.

The home page is the one object that needs a session. Everything else in the bucket
is public, and a path that names nothing has to reach S3 without a session, because
its 403 is what brings up the error page. So this cannot be a list of public paths; it
is a check for one name, made so wide that no reading of a uri slips past it.

S3 percent-decodes a path once and takes the rest literally: `/%68ome.html` is the
home page there, `//home.html` and `/HOME.HTML` are not. Other origins, proxies and
emulators also decode twice, join slashes, resolve dot segments, cut at a NUL or fold
case. None of them is copied here. Instead the uri is decoded until nothing is left to
decode, lookalikes (full-width letters, accents, capitals) become plain letters, and
only a to z are kept. If that contains `homehtml`, the uri might be the home page. If
it cannot be decoded with certainty, it might be, too.

The price: what an origin would refuse anyway (`/100%`) leads to the login page and not
to the error page, and a public page called `at-home.html` would need a session. The uri
is only read here; the one that goes on is the one that came in.

Source: Amazon S3 User Guide, "Naming Amazon S3 objects"; RFC 3986, sections 2 and 6.
"""

import re
import unicodedata
from enum import Enum, auto
from urllib.parse import unquote

HOME_LETTERS = "homehtml"
# Nobody encodes a path three times by accident; a bound keeps a uri that unwraps
# one layer at a time from taking the processor for itself.
MOST_LAYERS = 4


class Page(Enum):
    HOME = auto()
    MAYBE_HOME = auto()  # another spelling of the home page, by some origin's rules
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
    """Tell which page `uri` asks for; `uri` is an event's path without query string."""
    exact = EXACT_PATHS.get(uri)
    if exact is not None:
        return exact
    return Page.MAYBE_HOME if might_be_home(uri) else Page.OTHER


def might_be_home(uri: str) -> bool:
    """Tell whether any origin could read `uri` as the home page's name."""
    text = fully_decoded(uri)
    return text is None or HOME_LETTERS in re.sub("[^a-z]", "", text)


def fully_decoded(uri: str) -> str | None:
    """Undo all layers of percent-encoding and folding, or answer None if that is unsafe.

    Unsafe: more than `MOST_LAYERS` layers, a percent sign that escapes nothing
    (`%u0068` is a letter to some servers), bytes that are not UTF-8 (`%c1%a8` is an
    overlong `h` to a lenient decoder).
    """
    text = uri
    for _ in range(MOST_LAYERS + 1):
        # in each layer: a full-width percent sign is an escape to who folds it first
        text = unicodedata.normalize("NFKD", text).casefold()
        if "%" not in text:
            return text
        try:
            text = unquote(text, errors="strict")
        except UnicodeDecodeError:
            return None
    return None
