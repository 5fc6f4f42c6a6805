from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.access.signed_resource import Url, covers


def url(text: str) -> Url:
    parts = urlsplit(text)
    return Url(scheme=parts.scheme, host=parts.netloc, path=parts.path, query=parts.query)


@pytest.mark.parametrize(
    ("resource", "url_text"),
    [
        ("https://e.com/a", "https://e.com/a"),
        ("https://E.com/a", "https://e.com/a"),
        ("https://e.com/a?x=1&y=2", "https://e.com/a?x=1&y=2"),
        ("https://e.com/a\\?x=1&y=2", "https://e.com/a?x=1&y=2"),
        ("https://e.com/a?c?x=1", "https://e.com/abc?x=1"),
        ("https://e.com/image?.jpg", "https://e.com/image1.jpg"),
        ("https://e.com/hello*world", "https://e.com/hello-world"),
        ("https://e.com/*game.zip*", "https://e.com/game.zip"),
        ("https://e.com/*game.zip*", "https://e.com/my_game.zip?license=yes"),
        ("https://e.com/hello*\\?*", "https://e.com/hello/there?a=b"),
        ("https://e.com/a?*", "https://e.com/a?x=1"),
        ("https://e.com/a?x=*", "https://e.com/a?x=1&y=2"),
        ("https://e.com*", "https://e.com/a/b?c=d"),
        ("https://e.com", "https://e.com/"),
        ("https://*", "https://e.com/a?b=c"),
        ("*://e.com/a", "http://e.com/a"),
        ("http*://e.com/a", "https://e.com/a"),
        ("*e.com", "http://www.e.com/"),
        ("*e.com/a?u=https://x", "https://e.com/a?u=https://x"),
        ("*", "http://e.com/a?b=c"),
        ("https://e.com/caf%C3%A9", "https://e.com/caf%C3%A9"),
        ("https://e.com/a/*", "https://e.com/a/b/../c"),
    ],
)
@pytest.mark.proves("SG-007")
def test_a_resource_pattern_covers_these_urls(resource: str, url_text: str) -> None:
    assert covers(resource, url(url_text))


@pytest.mark.parametrize(
    ("resource", "url_text"),
    [
        pytest.param("https://e.com/a", "https://e.com/a?x=1", id="a query more"),
        pytest.param("https://e.com/a?x=1", "https://e.com/a", id="a query less"),
        pytest.param("https://e.com/a?x=1", "https://e.com/a?x=1&y=2", id="more of it"),
        pytest.param("https://e.com/a\\?x", "https://e.com/a-x", id="escaped, no wildcard"),
        pytest.param("https://e.com/hello*world", "https://e.com/hello?world", id="path to query"),
        pytest.param("https://e.com/a*\\?x=1", "https://e.com/a?y=1&x=1", id="named query"),
        pytest.param("https://*.com/a", "https://e.org/x.com/a", id="domain to path"),
        pytest.param("https://*/a", "https://e.com/b/a", id="any domain, one path"),
        pytest.param("*e.com/a", "https://x.org/e.com/a", id="star in front to path"),
        pytest.param("*e.com", "https://e.com/a", id="no star behind"),
        pytest.param("https://e.com", "https://e.com/a", id="root alone"),
        pytest.param("https://e.com*", "http://e.com/", id="protocol"),
        pytest.param("http://*", "https://e.com/", id="any domain, one protocol"),
        pytest.param("https://e.com/A", "https://e.com/a", id="letter case of a path"),
        pytest.param("https://e.com/?", "https://e.com/ab", id="one character"),
        pytest.param("https://e.com/a/*", "https://e.com/a/../secret", id="dot segments"),
        pytest.param("https://e.com/a/*", "https://e.com/a/b/../../b", id="out and back"),
        pytest.param("e.com/a", "https://e.com/a", id="no protocol"),
        pytest.param("/a", "https://e.com/a", id="a path"),
        pytest.param("", "https://e.com/", id="empty"),
        pytest.param("https://e.com.evil.org/*", "https://e.com/", id="longer domain"),
        pytest.param("https://e.com/*", "https://e.com.evil.org/", id="shorter domain"),
    ],
)
@pytest.mark.proves("SG-007")
def test_a_resource_pattern_does_not_cover_these_urls(resource: str, url_text: str) -> None:
    assert not covers(resource, url(url_text))


TEXTS = st.text(alphabet="a*?/.\\:=&é", max_size=20)


@given(TEXTS, TEXTS, TEXTS)
def test_a_resource_pattern_is_limited_to_its_protocol_and_domain(
    rest: str, path: str, query: str
) -> None:
    elsewhere = Url(scheme="https", host="evil.org", path=f"/{path}", query=query)

    assert not covers(f"https://e.com/{rest}", elsewhere)
    assert not covers(f"http://evil.org/{rest}", elsewhere)


def test_a_hostile_resource_pattern_is_matched_quickly() -> None:
    url_text = Url(scheme="https", host="e.com", path="/" + "a" * 4000, query="b" * 4000)

    assert not covers("https://e.com/" + "a*?" * 200 + "c", url_text)
