"""Limits of a distribution's settings: values at a limit are served, beyond it refused."""

from __future__ import annotations

from typing import Any

import pytest

from localfront.errors import ConfigError
from tests.localfront.described_sites import described, selecting, sent_for, with_policies
from tests.localfront.factories import an_s3_origin_description, listing
from tests.localfront.sites import Edge


def adding(*pairs: tuple[str, str]) -> Edge:
    """A site whose origin gets these headers from CloudFront."""
    headers = listing(*({"HeaderName": name, "HeaderValue": value} for name, value in pairs))
    return described(config={"Origins": listing(an_s3_origin_description(CustomHeaders=headers))})


MANY = [(f"X-{number}", "v") for number in range(30)]


@pytest.mark.parametrize(
    ("most", "more"),
    [
        pytest.param(MANY, [*MANY, ("X-30", "v")], id="number"),
        pytest.param([("n" * 256, "v")], [("n" * 257, "v")], id="name"),
        pytest.param([("X-Key", "v" * 1_783)], [("X-Key", "v" * 1_784)], id="value"),
        pytest.param([(f"X-{n}", "v" * 1_700) for n in range(6)],
                     [(f"X-{n}", "v" * 1_700) for n in range(7)], id="together"),
    ],
)  # fmt: skip
@pytest.mark.proves("OR-014")
async def test_an_origin_gets_custom_headers_up_to_their_limits(
    most: list[tuple[str, str]], more: list[tuple[str, str]]
) -> None:
    sent = await sent_for(adding(*most))

    assert set(most) <= set(sent.headers.lines)
    with pytest.raises(ConfigError, match="OR-014"):
        adding(*more)


TEN = [f"c{number}" for number in range(10)]


@pytest.mark.parametrize(
    ("most", "more"),
    [
        pytest.param(TEN, [*TEN, "c10"], id="number"),
        pytest.param(["a" * 512, "b" * 512], ["a" * 512, "b" * 513], id="characters"),
    ],
)
@pytest.mark.proves("PO-019")
async def test_a_policy_has_at_most_ten_names_of_a_kind_and_1024_characters(
    most: list[str], more: list[str]
) -> None:
    cookie = "; ".join(f"{name}=1" for name in most)

    for kind in ("cache", "request"):
        named: dict[str, Any] = {kind: selecting(cookies=("whitelist", *most))}
        sent = await sent_for(with_policies(**named), cookie=f"{cookie}; other=1")
        assert sent.headers.get("cookie") == cookie
        with pytest.raises(ConfigError, match="PO-019"):
            with_policies(**{kind: selecting(cookies=("whitelist", *more))})


def groups(count: int) -> dict[str, Any]:
    names = (f"group-{number}" for number in range(count))
    return {"TrustedKeyGroups": {"Enabled": True, **listing(*names)}}


@pytest.mark.proves("SG-008")
async def test_a_behavior_has_at_most_four_key_groups() -> None:
    response = await described(**groups(4)).get("/x")

    assert response.status == 403
    with pytest.raises(ConfigError, match="SG-008"):
        described(**groups(5))
