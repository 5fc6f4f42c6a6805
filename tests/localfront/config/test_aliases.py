from __future__ import annotations

import pytest

from localfront.config.aliases import check_aliases
from localfront.errors import ConfigError
from tests.localfront.config.reading import parsed, refused
from tests.localfront.factories import a_distribution, listing


@pytest.mark.parametrize(
    "alias", ["logs.example.com", "*.example.com", "a-b.c_d.example", "localhost"]
)
@pytest.mark.proves("HO-005")
def test_an_alias_is_a_host_name_or_a_wildcard_name(alias: str) -> None:
    assert parsed(Aliases=listing(alias)).aliases == (alias,)


@pytest.mark.proves("HO-004")
def test_an_alias_with_upper_case_letters_is_refused() -> None:
    message = refused(Aliases=listing("Logs.Example.com"))

    assert "HO-004" in message
    assert "'logs.example.com'" in message


@pytest.mark.parametrize(
    "alias", ["*x.example.com", "a.*.example.com", "*", "*.", "*.*.example.com", "a*"]
)
@pytest.mark.proves("HO-005")
def test_a_star_anywhere_but_as_the_first_label_is_refused(alias: str) -> None:
    message = refused(Aliases=listing(alias))

    assert repr(alias) in message
    assert "HO-005" in message


@pytest.mark.parametrize(
    "alias",
    [
        pytest.param("https://a.example", id="scheme"),
        pytest.param("a.example:8443", id="port"),
        pytest.param("a.example/path", id="path"),
        pytest.param("a..example", id="empty label"),
        pytest.param("a.example\r\nset-cookie: b", id="line break"),
        pytest.param("user@a.example", id="user"),
        pytest.param("a.example\n", id="line break at the end"),
        pytest.param(".".join(["a"] * 200), id="length"),
    ],
)
def test_an_alias_that_is_not_a_host_name_is_refused(alias: str) -> None:
    assert "is not a domain name" in refused(Aliases=listing(alias))


@pytest.mark.proves("HO-004")
def test_a_distribution_has_a_hundred_aliases_at_most() -> None:
    names = [f"a{number}.example.com" for number in range(101)]

    assert len(parsed(Aliases=listing(*names[:100])).aliases) == 100
    assert "101 names (HO-004)" in refused(Aliases=listing(*names))


@pytest.mark.proves("HO-008")
def test_the_default_certificate_covers_no_alias() -> None:
    default = {"CloudFrontDefaultCertificate": True}

    message = refused(ViewerCertificate=default, Aliases=listing("logs.example.com"))

    assert "ViewerCertificate.CloudFrontDefaultCertificate" in message
    assert "HO-008" in message
    assert parsed(ViewerCertificate=default, Aliases=listing()).aliases == ()


@pytest.mark.proves("HO-007")
def test_one_alias_on_two_distributions_is_refused() -> None:
    first = a_distribution(id="E1", aliases=("a.example.com", "b.example.com"))
    second = a_distribution(id="E2", aliases=("b.example.com",), enabled=False)

    with pytest.raises(ConfigError, match=r"'b\.example\.com' is on .*E1 and on E2"):
        check_aliases([first, second])


@pytest.mark.proves("HO-006", "HO-007")
def test_a_wildcard_may_cover_another_distributions_alias() -> None:
    check_aliases(
        [
            a_distribution(id="E1", aliases=("*.example.com",)),
            a_distribution(id="E2", aliases=("b.example.com",)),
        ]
    )
