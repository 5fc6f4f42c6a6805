"""The banner about the configuration at the start."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from localfront.command.banner import Banner
from localfront.config.distribution import (
    Distribution,
    FunctionAssociation,
    LambdaFunctionAssociation,
)
from localfront.logs.colours import Palette
from localfront.origins.addresses import Endpoints
from localfront.origins.overrides import Folder
from localfront.sources.configuration import Configuration
from localfront.sources.description import FunctionCode
from tests.localfront.factories import a_behavior, a_distribution, an_api_behavior

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:guard:7"
FUNCTION = "arn:aws:cloudfront::123456789012:function/rewrite"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("pages", "edge"):
        (tmp_path / name).mkdir()
    return tmp_path


def banner_lines(here: Path, *distributions: Distribution, **changes: Any) -> list[str]:
    banner = Banner(
        configuration=Configuration(distributions=distributions),
        endpoints=Endpoints(
            api_gateway="http://127.0.0.1:4566", overrides={"pages": Folder(here / "pages")}
        ),
        edge={},
        http_port=8080,
        https_port=8443,
        palette=Palette(coloured=False),
    )
    return list(replace(banner, **changes).lines())


def guarded(**changes: Any) -> Distribution:
    functions = a_behavior(
        lambda_function_associations=(
            LambdaFunctionAssociation(event_type="origin-request", lambda_function_arn=LAMBDA),
        ),
        function_associations=(
            FunctionAssociation(event_type="viewer-request", function_arn=FUNCTION),
        ),
    )
    return a_distribution(**{"id": "E1", "default_cache_behavior": functions, **changes})


def test_addresses_and_each_behavior_with_its_origin_and_functions_are_shown(here: Path) -> None:
    _, title, head, api, default, _ = banner_lines(here, guarded(aliases=("logs.example.com",)))

    assert title.split() == [
        "E1", "https://localhost:8443/", "http://localhost:8080/", "logs.example.com",
    ]  # fmt: skip
    assert head.split() == ["Path", "pattern", "Origin", "Functions"]
    assert api.split()[:3] == [an_api_behavior().path_pattern, "api", "→"]
    assert "http://127.0.0.1:4566/_aws/execute-api/" in api
    assert default.split() == [
        "*", "pages", "→", "pages/",
        *("viewer-request", "rewrite", "(as", "published),"),
        *("origin-request", "guard:7", "(deployed", "version)"),
    ]  # fmt: skip
    assert head.index("Functions") == default.index("viewer-request")


def test_local_code_is_shown_as_live(here: Path) -> None:
    lines = banner_lines(
        here, guarded(), edge={"guard": here / "edge", "rewrite": Path("/x/rewrite.js")}
    )

    assert "viewer-request rewrite (/x/rewrite.js, live), origin-request guard (edge/, live)" in (
        "\n".join(lines)
    )


@pytest.mark.parametrize(
    ("code", "code_text"),
    [
        ({"Location": "build/edge.zip"}, "guard:7 (archive build/edge.zip)"),
        ({"Directory": "edge"}, "guard:7 (edge/, live)"),
        ({"ZipFile": b"PK"}, "guard:7 (code in the template)"),
        ({"Location": "https://awslambda.example/a?X=y"}, "guard:7 (deployed version)"),
        ({"Location": ""}, "guard:7 (deployed version)"),
    ],
)
def test_code_is_shown_as_archive_folder_or_deployed(
    here: Path, code: dict[str, Any], code_text: str
) -> None:
    site = guarded()
    script = FunctionCode(name="rewrite", runtime="cloudfront-js-2.0", code="", file=Path("r.js"))
    configuration = Configuration(
        distributions=(site,),
        lambda_functions={LAMBDA: {"Code": code}},
        functions={FUNCTION: script},
    )

    lines = "\n".join(banner_lines(here, site, configuration=configuration))

    assert code_text in lines
    assert "rewrite (r.js, live)" in lines


def test_several_distributions_are_shown_with_names_of_their_own(here: Path) -> None:
    lines = banner_lines(here, guarded(), guarded(id="E2", enabled=False))

    assert "https://e1.cloudfront.localhost:8443/" in lines[1]
    assert lines[6].split() == ["E2", "disabled:", "it", "serves", "no", "requests"]


def test_of_hundreds_of_behaviors_only_some_are_printed(here: Path) -> None:
    many = tuple(an_api_behavior(path_pattern=f"/{n}/*") for n in range(300))

    lines = banner_lines(here, guarded(cache_behaviors=many))

    assert len(lines) < 40
    assert "  and 276 behaviors that come before these" in lines
    assert any(line.split()[:1] == ["*"] for line in lines)


def test_no_escape_sequence_of_a_configuration_reaches_the_terminal(here: Path) -> None:
    hostile = guarded(
        id="E\x1b[2J",
        aliases=("a\x1b[31m",),
        cache_behaviors=(an_api_behavior(path_pattern="/\x1b[1m"),),
    )

    assert "\x1b" not in "".join(banner_lines(here, hostile))


def test_no_line_is_longer_than_the_terminal(here: Path) -> None:
    code = {"guard": here / "edge" / ("a" * 64), "rewrite": here / ("b" * 64) / "rewrite.js"}

    wide = banner_lines(here, guarded(), edge=code)
    lines = banner_lines(here, guarded(), edge=code, width=100)

    assert max(map(len, wide)) > 100
    assert max(map(len, lines)) <= 100
    assert sum("origin-request guard" in line for line in lines) == 1
    assert not any("viewer-request" in line and "origin-request" in line for line in lines)
