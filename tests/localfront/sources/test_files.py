"""Files as a source: read, reported and refused content."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from localfront.errors import ConfigError
from localfront.origins.addresses import Endpoints
from localfront.origins.overrides import AnotherAddress, Folder
from localfront.sources.files import ConfigFiles
from tests.localfront.factories import (
    DISTRIBUTION_ID,
    a_behavior_description,
    a_distribution_config,
    a_distribution_description,
    an_s3_origin_description,
    listing,
)
from tests.localfront.sources.plans import ANYWHERE, FOLDER

CONTROL = {
    "OriginAccessControl": {
        "Id": "E2QWRUHAPOMQZL",
        "OriginAccessControlConfig": {"SigningBehavior": "always"},
    }
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write(tmp_path / "site.json", {"Distribution": a_distribution_description()})


@pytest.fixture
def control(tmp_path: Path) -> Path:
    return write(tmp_path / "control.json", CONTROL)


def write(file: Path, document: Any) -> Path:
    file.write_text(json.dumps(document))
    return file


def test_files_together_are_one_configuration_in_any_order(site: Path, control: Path) -> None:
    first = ConfigFiles([site, control], ANYWHERE).read()
    second = ConfigFiles([control, site], ANYWHERE).read()

    assert first == second
    assert first.distributions[0].origins[0].origin_access_control == "always"


def test_an_unchanged_file_is_not_parsed_again(site: Path, control: Path) -> None:
    source = ConfigFiles([site, control], ANYWHERE)

    assert source.read() is source.read()


def test_a_changed_file_is_read_at_the_next_poll(site: Path, control: Path) -> None:
    source = ConfigFiles([site, control], ANYWHERE)
    before = source.read()
    stamp = site.stat()

    write(site, {"Distribution": a_distribution_description(DefaultRootObject="a.html")})
    os.utime(site, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    after = source.read()

    assert before.distributions[0].default_root_object == ""
    assert after.distributions[0].default_root_object == "a.html"


def test_a_half_written_file_is_refused_and_read_when_complete(site: Path, control: Path) -> None:
    source = ConfigFiles([site, control], ANYWHERE)
    whole, good = site.read_text(), source.read()

    site.write_text(whole[:100])
    with pytest.raises(ConfigError, match=r"site\.json is not JSON"):
        source.read()
    site.write_text(whole)

    assert source.read() == good


def test_a_rebuilt_archive_is_a_change(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    shutil.copy(FOLDER / "modules-plan.json", plan)
    (tmp_path / "edge.zip").write_bytes(b"one")
    source = ConfigFiles([plan], ANYWHERE)
    before = source.read()

    (tmp_path / "edge.zip").write_bytes(b"another")
    after = source.read()

    assert before != after
    assert before.distributions == after.distributions
    assert source.lambda_functions.get_function(FunctionName="edge", Qualifier="1")["Code"] == {
        "ZipFile": b"another"
    }


@pytest.mark.parametrize("wanted", [DISTRIBUTION_ID, None])
def test_one_of_several_distributions_can_be_selected(
    wanted: str | None, site: Path, control: Path, tmp_path: Path
) -> None:
    other = write(
        tmp_path / "other.json",
        {"DistributionConfig": a_distribution_config(Aliases={"Quantity": 0})},
    )

    found = ConfigFiles([site, control, other], ANYWHERE, wanted).read()

    assert len(found.distributions) == (1 if wanted else 2)


def test_a_distribution_of_a_plan_can_be_selected_by_its_address() -> None:
    address = 'module.site["green"].aws_cloudfront_distribution.site'

    found = ConfigFiles([FOLDER / "modules-plan.json"], ANYWHERE, address).read()

    assert [d.aliases for d in found.distributions] == [("green.example.com",)]


def test_an_unknown_distribution_is_refused_with_the_list_of_known_ones(
    site: Path, control: Path
) -> None:
    with pytest.raises(ConfigError, match=f"E0 is none of those in the files: {DISTRIBUTION_ID}"):
        ConfigFiles([site, control], ANYWHERE, "E0").read()


def test_without_a_distribution_there_is_nothing_to_serve(control: Path) -> None:
    with pytest.raises(ConfigError, match=r"No distribution is in .*control\.json"):
        ConfigFiles([control], ANYWHERE).read()


def test_an_undescribed_access_control_signs_always_and_is_reported(site: Path) -> None:
    configuration = ConfigFiles([site], ANYWHERE).read()

    (message,) = map(str, configuration.notices)
    assert "site.json: Origin 'pages': OriginAccessControlId" in message
    assert "get-origin-access-control" in message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[]", "does not contain a JSON object"),
        (b'{"Distribution": {"Id": "\\ud800"}}', "half of a surrogate pair"),
        (b'{"format_version": "1.2", "planned_values": []}', "has another structure"),
        (
            b'{"format_version": "1.2", "values": {"root_module": {"resources": [{}]}}}',
            "KeyError",
        ),
        (
            b'{"Distribution": {"DistributionConfig": {"Origins": 1}}}',
            "DistributionConfig",
        ),
    ],
)
def test_a_file_of_an_unknown_format_is_refused_by_name(
    content: bytes, message: str, tmp_path: Path
) -> None:
    file = tmp_path / "strange.json"
    file.write_bytes(content)

    with pytest.raises(ConfigError, match=message) as refused:
        ConfigFiles([file], ANYWHERE).read()

    assert "strange.json" in str(refused.value) or "Distribution None" in str(refused.value)


def test_a_deleted_file_is_named_in_the_error(site: Path, control: Path) -> None:
    source = ConfigFiles([site, control], ANYWHERE)
    source.read()
    control.unlink()

    with pytest.raises(ConfigError, match=r"control\.json can't be read: No such file"):
        source.read()


def test_origins_without_an_address_are_listed_with_their_option(site: Path, control: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        ConfigFiles([site, control], Endpoints()).read()

    message = str(refused.value)
    assert "--origin-override pages=DIR --origin-override api=http://localhost:PORT" in message
    assert "AWS_ENDPOINT_URL" in message
    assert "AWS_PROFILE" in message


def test_with_overrides_no_endpoint_is_needed(site: Path, control: Path, tmp_path: Path) -> None:
    endpoints = Endpoints(
        overrides={
            "pages": Folder(tmp_path),
            "api": AnotherAddress(base="http://localhost:3000"),
        }
    )

    assert ConfigFiles([site, control], endpoints).read().distributions


def test_an_unused_policy_may_be_invalid(site: Path, control: Path, tmp_path: Path) -> None:
    strange = write(
        tmp_path / "policy.json",
        {"CachePolicy": {"Id": "X", "CachePolicyConfig": {"MinTTL": "never"}}},
    )

    assert ConfigFiles([site, control, strange], ANYWHERE).read().distributions


def test_a_key_group_without_its_key_is_reported_with_the_keys_id(tmp_path: Path) -> None:
    keyed = a_behavior_description(TrustedKeyGroups={"Enabled": True, **listing("G1")})
    site = write(
        tmp_path / "site.json",
        {
            "DistributionConfig": a_distribution_config(
                Origins=listing(an_s3_origin_description(OriginAccessControlId="")),
                DefaultCacheBehavior=keyed,
            )
        },
    )
    group = write(
        tmp_path / "group.json",
        {"KeyGroup": {"Id": "G1", "KeyGroupConfig": {"Name": "g", "Items": ["K1"]}}},
    )

    configuration = ConfigFiles([site, group], ANYWHERE).read()

    (notice,) = configuration.notices
    assert "get-public-key --id K1" in str(notice)
    behavior = configuration.distributions[0].default_cache_behavior
    assert (behavior.restricted, behavior.trusted_keys) == (True, ())


def test_files_have_no_invalidations(site: Path, control: Path) -> None:
    source = ConfigFiles([site, control], ANYWHERE)

    assert source.new_invalidations(source.read(), ()) == []


def test_a_binary_plan_is_recognised(tmp_path: Path) -> None:
    plan = tmp_path / "site.tfplan"
    plan.write_bytes(b"PK\x03\x04\x14\x00\x08")

    with pytest.raises(ConfigError, match=r"terraform show -json site\.tfplan > site\.json"):
        ConfigFiles([plan], ANYWHERE).read()
