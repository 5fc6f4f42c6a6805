from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_paths import MOST_LAYERS, Page, page_at


@pytest.mark.parametrize(
    ("uri", "page"),
    [
        ("/", Page.HOME),
        ("/home.html", Page.HOME),
        ("/login/", Page.LOGIN),
        ("/login.html", Page.LOGIN),
        ("/login", Page.LOGIN_WITHOUT_SLASH),
    ],
)
def test_each_page_has_its_exact_paths(uri: str, page: Page) -> None:
    assert page_at(uri) is page


ATTACKS = [
    pytest.param("/%68ome.html", id="one letter encoded"),
    pytest.param("/home%2ehtml", id="dot encoded"),
    pytest.param("/%68%6f%6d%65%2e%68%74%6d%6c", id="everything encoded"),
    pytest.param("/%48OME.html", id="capital letter encoded"),
    pytest.param("/%2568ome.html", id="encoded twice"),
    pytest.param("/%252568ome.html", id="encoded three times"),
    pytest.param("/%25252525252568ome.html", id="encoded more often than we decode"),
    pytest.param("%2fhome.html", id="first slash encoded"),
    pytest.param("/%2fhome.html", id="second slash encoded"),
    pytest.param("//home.html", id="two slashes"),
    pytest.param("///home.html", id="three slashes"),
    pytest.param("/./home.html", id="dot segment"),
    pytest.param("/%2e/home.html", id="dot segment encoded"),
    pytest.param("/x/../home.html", id="parent segment"),
    pytest.param("/x/%2e%2e/home.html", id="parent segment encoded"),
    pytest.param("/x%2f..%2fhome.html", id="slashes around the parent encoded"),
    pytest.param("/../my-serverless-website/home.html", id="back through the bucket"),
    pytest.param("/assets/../home.html", id="out of the assets"),
    pytest.param("/api/../home.html", id="out of the API"),
    pytest.param("/login/../home.html", id="out of the login page"),
    pytest.param("/HOME.HTML", id="capitals"),
    pytest.param("/Home.Html", id="some capitals"),
    pytest.param("/home.html.", id="trailing dot"),
    pytest.param("/home.html...", id="trailing dots"),
    pytest.param("/home.html/", id="trailing slash"),
    pytest.param("/home.html/.", id="trailing dot segment"),
    pytest.param("/home.html%20", id="trailing space"),
    pytest.param("/home.html+", id="trailing plus"),
    pytest.param("/home.html%09", id="trailing tab"),
    pytest.param("/home%2bhtml", id="plus for the dot"),
    pytest.param("/home.html%00", id="trailing NUL"),
    pytest.param("/home.html%00.css", id="NUL before another extension"),
    pytest.param("/ho%00me.html", id="NUL inside"),
    pytest.param("/home.html%0a", id="trailing line feed"),
    pytest.param("/home.html%0d%0aX: y", id="header injection"),
    pytest.param("\\home.html", id="backslash"),
    pytest.param("/\\home.html", id="slash and backslash"),
    pytest.param("/x\\..\\home.html", id="backslashes around the parent"),
    pytest.param("/%5chome.html", id="backslash encoded"),
    pytest.param("/x%5c..%5chome.html", id="backslashes encoded"),
    pytest.param("/home.html;session=1", id="path parameter"),
    pytest.param("/;x/home.html", id="path parameter before"),
    pytest.param("/home.html%3fx", id="question mark encoded"),
    pytest.param("/home.html%23x", id="fragment encoded"),
    pytest.param("/home.html::$DATA", id="alternate data stream"),
    pytest.param("/%c1%a8ome.html", id="overlong UTF-8, two bytes"),
    pytest.param("/%e0%81%a8ome.html", id="overlong UTF-8, three bytes"),
    pytest.param("/%f0%80%81%a8ome.html", id="overlong UTF-8, four bytes"),
    pytest.param("/home%c0%ae/%c0%afhtml", id="overlong dot and slash"),
    pytest.param("/%u0068ome.html", id="IIS escape"),
    pytest.param("/%home.html", id="escape that is none"),
    pytest.param("/home.html%", id="trailing percent sign"),
    pytest.param("/home.html%ff", id="a byte that is not UTF-8"),
    pytest.param(
        "/\uff48\uff4f\uff4d\uff45\uff0e\uff48\uff54\uff4d\uff4c",
        id="full-width letters",
    ),
    pytest.param("/%ef%bd%88ome.html", id="full-width letter encoded"),
    pytest.param("/\U0001d421ome.html", id="mathematical letter"),
    pytest.param("/\uff0568ome.html", id="full-width percent sign"),
    pytest.param("/%ef%bc%8568ome.html", id="full-width percent sign encoded"),
    pytest.param("/hom\N{ZERO WIDTH SPACE}e.html", id="zero-width space"),
    pytest.param("/ho\N{SOFT HYPHEN}me.html", id="soft hyphen"),
    pytest.param("/home.html\N{RIGHT-TO-LEFT OVERRIDE}", id="direction override"),
    pytest.param("/hóme.html", id="accent"),
    pytest.param("/\ud800home.html", id="lone surrogate"),
]


@pytest.mark.parametrize("uri", ATTACKS)
def test_an_encoded_path_of_the_home_page_counts_as_the_home_page(uri: str) -> None:
    assert page_at(uri) is Page.MAYBE_HOME


@pytest.mark.parametrize(
    "uri",
    [
        pytest.param("/login.html.", id="login page with a trailing dot"),
        pytest.param("/LOGIN/", id="login page in capitals"),
        pytest.param("/error.html", id="error page"),
        pytest.param("/favicon.ico", id="favicon"),
        pytest.param("/assets/scripts/home.js", id="script of the home page"),
        pytest.param("/nowhere", id="unknown path"),
        pytest.param("/no%20such%2fpage", id="unknown encoded path"),
        pytest.param("/%6eowhere.html", id="unknown path with a letter encoded"),
        pytest.param("/gar%C3%A7on.html", id="accent"),
        pytest.param("/日本語", id="another script"),
        pytest.param("/chrome.html", id="a name that ends alike"),
        pytest.param("/home", id="half of the name"),
        pytest.param("///", id="slashes alone"),
    ],
)
def test_a_public_or_unknown_path_is_another_page(uri: str) -> None:
    assert page_at(uri) is Page.OTHER


@given(st.text(alphabet=sorted(set(ascii_lowercase) - {"h"}) + list("-_./~")))
def test_a_path_without_an_h_is_never_the_home_page(path: str) -> None:
    assert page_at(f"/x{path}") is not Page.MAYBE_HOME


@pytest.mark.parametrize("layers", range(1, MOST_LAYERS + 1))
def test_a_harmless_path_may_be_encoded_up_to_the_decoding_limit(layers: int) -> None:
    assert page_at(f"/%{'25' * (layers - 1)}6eowhere") is Page.OTHER


def test_a_path_encoded_beyond_the_decoding_limit_is_not_trusted() -> None:
    assert page_at(f"/%{'25' * MOST_LAYERS}6eowhere") is Page.MAYBE_HOME
