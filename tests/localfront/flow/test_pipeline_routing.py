"""The distribution and behavior for a request, as seen at the origin."""

from __future__ import annotations

import time

import pytest

from localfront.config.aliases import parse_aliases
from localfront.config.fields import Fields
from localfront.errors import ConfigError
from tests.localfront.factories import a_behavior, a_distribution, a_request, a_trace, listing
from tests.localfront.fakes import FakeOrigins, pipeline_of
from tests.localfront.sites import PAGE, site


@pytest.mark.parametrize(
    ("pattern", "path", "by_api"),
    [
        ("*.doc?", "/x.doc", False),
        ("*.doc?", "/x.docx", True),
        ("*.doc?", "/a/x.docx", True),
        ("/img/*.gif", "/img/a.gif.bak", False),
        ("img/*.gif", "/img/a/b.gif", True),
        ("/Img/*", "/img/a", False),
    ],
)
@pytest.mark.proves("RT-006")
async def test_a_pattern_matches_the_whole_path(pattern: str, path: str, by_api: bool) -> None:
    edge = site(a_behavior(pattern, target_origin_id="api"), responses={path: PAGE})

    await edge.get(path)

    assert edge.origins.received[0].origin_id == ("api" if by_api else "pages")


@pytest.mark.parametrize(
    ("host", "served_by"),
    [
        ("www.example.org", "EXACT"),
        ("a.example.org", "WIDE"),
        ("b.a.example.org", "WIDE"),
        ("c.deep.example.org", "DEEP"),
        ("example.org", None),
    ],
)
@pytest.mark.proves("HO-005", "HO-006")
async def test_the_most_specific_name_serves_a_request(host: str, served_by: str | None) -> None:
    names = {"WIDE": "*.example.org", "DEEP": "*.deep.example.org", "EXACT": "www.example.org"}
    served = [
        a_distribution(
            id=name,
            arn=f"arn:{name}",
            domain_name=f"{name.lower()}.cloudfront.net",
            aliases=(alias,),
        )
        for name, alias in names.items()
    ]
    origins = FakeOrigins(otherwise=PAGE)
    pipeline = pipeline_of(*served, origins=origins, clock=time.time)

    response = await pipeline.respond(a_request("/x", headers=[("Host", host)]), b"", a_trace())

    found = [received.distribution_arn for received in origins.received]
    assert found == ([] if served_by is None else [f"arn:{served_by}"])
    assert response.status == (200 if served_by else 403)


@pytest.mark.parametrize("alias", ["*x.example.com", "a.*.example.com"])
@pytest.mark.proves("HO-005")
def test_a_wildcard_that_is_not_a_whole_label_is_refused(alias: str) -> None:
    with pytest.raises(ConfigError, match="Aliases"):
        parse_aliases(Fields.of("Distribution", {"Aliases": listing(alias)}))
