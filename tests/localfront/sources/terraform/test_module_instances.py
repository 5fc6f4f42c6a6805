"""Overrides name each instance of a repeated module."""

from __future__ import annotations

import pytest

from localfront.sources.terraform.show import Module, Resource
from localfront.sources.terraform_folder.module_instances import in_each_instance, module_instances

ROOT = Module()
SITE, OTHER = (Module(address=f'module.site["{key}"]', parent=ROOT) for key in ("a.b", "c"))
PAGES = Module(address='module.site["a.b"].module.pages[0]', parent=SITE)


def a_bucket(module: Module) -> Resource:
    return Resource(
        address=f"{module.address}.aws_s3_bucket.this",
        module=module,
        mode="managed",
        type="aws_s3_bucket",
        name="this",
    )


INSTANCES = module_instances(map(a_bucket, (PAGES, OTHER, PAGES)))


@pytest.mark.parametrize(
    ("declared", "addresses"),
    [
        (
            "module.site.aws_s3_bucket.other",
            [
                'module.site["a.b"].aws_s3_bucket.other',
                'module.site["c"].aws_s3_bucket.other',
            ],
        ),
        (
            "module.site.module.pages.data.aws_region.here",
            ['module.site["a.b"].module.pages[0].data.aws_region.here'],
        ),
        ("module.other.aws_s3_bucket.this", ["module.other.aws_s3_bucket.this"]),
        ("aws_s3_bucket.this", ["aws_s3_bucket.this"]),
    ],
    ids=["two instances", "a module in a module", "no instance", "the root module"],
)
def test_a_resource_has_an_address_in_each_instance(declared: str, addresses: list[str]) -> None:
    assert in_each_instance(declared, INSTANCES) == addresses
