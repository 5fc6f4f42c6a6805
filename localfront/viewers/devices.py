"""The device types that CloudFront derives from User-Agent.

CloudFront's own list is not published; these are the marks that manufacturers document for their
browsers. A device can have several types, as some tablets on AWS do; one without a mark is a
desktop. A test that depends on a rare device sets it: `device=` in X-Localfront-Viewer.

Source: CloudFront Developer Guide, "Add CloudFront request headers", device type headers (OR-018).
"""

from __future__ import annotations

import re
from functools import lru_cache

APPLE = re.compile(r"\b(iPhone|iPod|iPad)\b")
ANDROID = re.compile(r"\bAndroid\b")
TELEVISION = re.compile(
    r"Smart-?TV|Google ?TV|Apple ?TV|Android TV|HbbTV|NetCast|Web0S|BRAVIA|\bRoku\b|\bCrKey\b"
    r"|\bAFT[A-Z0-9]+\b|\bViera\b|\bTizen\b.*\bTV\b",
    re.IGNORECASE,
)
TABLET = re.compile(r"\b(iPad|PlayBook|Kindle|Silk|Tablet)\b(?! PC)")
HANDHELD = re.compile(
    r"\bBlackBerry|\b(iPhone|iPod|Mobile|BB10|IEMobile|Windows Phone|Opera Mini|Opera Mobi)\b"
)


@lru_cache(maxsize=1024)
def devices_of(user_agent: str) -> frozenset[str]:
    """The device types of a User-Agent, of those in `viewer_facts.DEVICES`."""
    android = ANDROID.search(user_agent) is not None
    television = TELEVISION.search(user_agent) is not None
    handheld = HANDHELD.search(user_agent) is not None
    tablet = TABLET.search(user_agent) is not None or (android and not handheld)
    found = {
        "android": android,
        "ios": APPLE.search(user_agent) is not None and not television,
        "smarttv": television,
        "tablet": tablet and not television,
        "mobile": handheld and not television,
    }
    found["desktop"] = not (television or tablet or handheld)
    return frozenset(kind for kind, holds in found.items() if holds)
