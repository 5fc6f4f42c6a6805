"""Upload a release's pages to the site's bucket without Terraform, and invalidate the cache."""

import uuid
from collections.abc import Mapping
from typing import Any

from harness.promotion import release_store
from harness.promotion.account import Account
from harness.promotion.release import Release
from harness.stack.reload import guessed_type

ENTRANCES = ("/", "/login", "/login/")  # paths of pages other than their keys
REVALIDATED = "public, max-age=0, s-maxage=60, must-revalidate"  # as in terraform/site.tf


def of(candidate: Release) -> list[str]:
    """The pages' keys in the bucket."""
    return sorted(
        path.removeprefix(release_store.PAGES)
        for path in candidate.manifest.files
        if path.startswith(release_store.PAGES) and release_store.ASSETS not in path
    )


def put(account: Account, outputs: Mapping[str, Any], candidate: Release) -> list[str]:
    """Upload the pages as Terraform would, if the stack has a bucket; returns their keys."""
    bucket = outputs.get("bucket")
    if bucket is None:
        return []
    keys = of(candidate)
    for key in keys:
        account.s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=(candidate.folder / release_store.PAGES / key).read_bytes(),
            ContentType=guessed_type(key),
            CacheControl=REVALIDATED,
        )
    return keys


def forget(account: Account, outputs: Mapping[str, Any], candidate: Release) -> None:
    """Invalidate the pages; assets have a hash of their content in their names."""
    paths = [*(f"/{key}" for key in of(candidate)), *ENTRANCES]
    account.client("cloudfront").create_invalidation(
        DistributionId=outputs["distribution_id"],
        InvalidationBatch={
            "Paths": {"Quantity": len(paths), "Items": paths},
            "CallerReference": uuid.uuid4().hex,
        },
    )
