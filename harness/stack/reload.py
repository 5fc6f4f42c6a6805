"""Bring saved files into a running stack.

frontend/   the object is uploaded and invalidated; a stack with the built front end gets a new
            build, assets before pages
lambdas/    the archive is built and the functions are updated; pages with `--reload` are notified
edge/       only reported: localfront runs the directory itself
terraform/  only reported: it is applied at the next start
"""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from watchfiles import watch

from harness.checkout import EDGE, FRONTEND, LAMBDAS, TERRAFORM
from harness.emulators.emulators import Emulator
from harness.errors import HarnessError
from harness.packaging import frontend_build, packages
from harness.packaging.hashed_assets import IMMUTABLE
from harness.progress import Progress
from harness.terraform.outputs import Outputs

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ENDS_WITHIN = 10  # seconds, for an API call in progress
PAGE = "home.html"  # every stack has it; the other pages have the same Cache-Control
FOR_EVER = "public, max-age=31536000, immutable"  # as in terraform/site.tf


@contextmanager
def reloading(
    emulator: Emulator,
    outputs: Callable[[], Outputs],
    *,
    built: bool,
    progress: Progress,
) -> Iterator[None]:
    """Watch the files, in a thread, during the block.

    `outputs` is called at each change, because another `apply` may have created new resources.
    `built`: the stack serves build/frontend, not the sources.
    """
    stop = threading.Event()

    def follow() -> None:
        for changes in watch(EDGE, FRONTEND, LAMBDAS, TERRAFORM, stop_event=stop):
            try:
                paths = sorted({Path(path) for _, path in changes})
                for done in bring(paths, emulator, outputs(), built=built):
                    progress.say(done)
            except (BotoCoreError, ClientError, HarnessError, OSError) as error:
                progress.say(f"not reloaded: {error}")

    # A daemon thread, so that it never delays the end.
    follower = threading.Thread(target=follow, name="reload", daemon=True)
    try:
        follower.start()
        yield
    finally:
        stop.set()
        if follower.is_alive():
            follower.join(ENDS_WITHIN)


def bring(
    changed: Iterable[Path], emulator: Emulator, outputs: Outputs, *, built: bool
) -> Iterator[str]:
    """Upload each changed file; yields messages about what was done."""
    paths = [
        path for path in changed if packages.belongs(path) and frontend_build.is_deployed(path)
    ]
    keys = [key_of(path) for path in paths if path.is_relative_to(FRONTEND)]
    if keys:
        if built:
            put_build(frontend_build.build(), emulator, outputs)
        else:
            put_objects(keys, emulator, outputs)
        yield f"reloaded {', '.join(keys)}"
    if any(path.is_relative_to(LAMBDAS) for path in paths):
        update_functions(emulator, outputs)
        forget(
            ["api/*"], emulator, outputs
        )  # nothing is cached there, but open pages reload (--reload)
        yield "reloaded the API's functions"
    if any(path.is_relative_to(EDGE) for path in paths):
        yield "reloaded the edge function"
    if any(path.is_relative_to(TERRAFORM) for path in paths):
        yield "terraform/ changed: stop and start again to apply it"


def catch_up(emulator: Emulator, outputs: Outputs, progress: Progress) -> None:
    """Upload what was edited while the stack was down: pages as sources, and functions."""
    keys = [*changed_pages(emulator, outputs)]
    if keys:
        put_objects(keys, emulator, outputs)
        progress.say(f"changed in the meantime: {', '.join(keys)}")
    if functions_differ(emulator, outputs):
        update_functions(emulator, outputs)
        progress.say("changed in the meantime: the API's functions")


def changed_pages(emulator: Emulator, outputs: Outputs) -> Iterator[str]:
    """The keys that differ between frontend/ and the bucket, including missing ones."""
    s3 = emulator.session().client("s3", endpoint_url=emulator.endpoint)
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=outputs.bucket)
    put = {item["Key"]: item["ETag"].strip('"') for page in pages for item in page["Contents"]}
    sources = frontend_build.source_files(FRONTEND)
    for key in sorted(put.keys() | sources.keys()):
        ours = sources.get(key)
        # S3's ETag is the MD5 of an object that was uploaded in one part, unencrypted.
        if ours is None or hashlib.md5(ours, usedforsecurity=False).hexdigest() != put.get(key):
            yield key


def functions_differ(emulator: Emulator, outputs: Outputs) -> bool:
    code = base64.b64encode(hashlib.sha256(packages.build().lambdas.read_bytes()).digest())
    functions = emulator.session().client("lambda", endpoint_url=emulator.endpoint)

    def deployed(name: str) -> str:
        # LocalStack takes a version here, and no alias.
        alias = functions.get_alias(FunctionName=name, Name=outputs.function_alias)
        configuration = functions.get_function_configuration(
            FunctionName=name, Qualifier=alias["FunctionVersion"]
        )
        return configuration["CodeSha256"]

    return any(deployed(name) != code.decode() for name in outputs.function_names)


def key_of(path: Path) -> str:
    return path.relative_to(FRONTEND).as_posix()


def put_objects(keys: list[str], emulator: Emulator, outputs: Outputs) -> None:
    """Upload sources, with no-cache, because an edit does not change the name."""
    s3 = emulator.session().client("s3", endpoint_url=emulator.endpoint)
    for key in keys:
        if (FRONTEND / key).is_file():
            body = (FRONTEND / key).read_bytes()
            put_object(s3, outputs.bucket, key, body, cache_control="no-cache")
        else:
            s3.delete_object(Bucket=outputs.bucket, Key=key)
    forget(keys, emulator, outputs)


def put_build(site: Path, emulator: Emulator, outputs: Outputs) -> None:
    """Upload the built assets, then the pages. Old assets stay, for open pages."""
    s3 = emulator.session().client("s3", endpoint_url=emulator.endpoint)
    pages_rule = s3.head_object(Bucket=outputs.bucket, Key=PAGE)["CacheControl"]
    keys = [path.relative_to(site).as_posix() for path in site.rglob("*")]
    deployed = [key for key in keys if frontend_build.is_deployed(site / key)]
    for key in sorted(deployed, key=frontend_build.assets_first):
        if (site / key).is_file():
            rule = FOR_EVER if IMMUTABLE.fullmatch(key) else pages_rule
            body = (site / key).read_bytes()
            put_object(s3, outputs.bucket, key, body, cache_control=rule)
    forget(["*"], emulator, outputs)


def forget(keys: list[str], emulator: Emulator, outputs: Outputs) -> None:
    aws = emulator.session()
    cloudfront = aws.client("cloudfront", endpoint_url=emulator.cloudfront_endpoint)
    cloudfront.create_invalidation(
        DistributionId=outputs.distribution_id,
        InvalidationBatch={
            "Paths": {"Quantity": len(keys), "Items": [f"/{key}" for key in keys]},
            "CallerReference": uuid.uuid4().hex,
        },
    )


def put_object(s3: S3Client, bucket: str, key: str, body: bytes, *, cache_control: str) -> None:
    """Upload an object with its present content type, or the one guessed from its name."""
    try:
        content_type = s3.head_object(Bucket=bucket, Key=key)["ContentType"]
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        content_type = guessed_type(key)
    s3.put_object(
        Bucket=bucket,
        Key=key,
        Body=body,
        ContentType=content_type,
        CacheControl=cache_control,
    )


def guessed_type(key: str) -> str:
    guessed = mimetypes.guess_type(key)[0] or "application/octet-stream"
    is_text = guessed.startswith("text/") or guessed in {
        "application/json",
        "image/svg+xml",
    }
    return f"{guessed}; charset=utf-8" if is_text else guessed


def update_functions(emulator: Emulator, outputs: Outputs) -> None:
    built = packages.build()
    functions = emulator.session().client("lambda", endpoint_url=emulator.endpoint)
    code = built.lambdas.read_bytes()
    for name in outputs.function_names:
        published = functions.update_function_code(FunctionName=name, ZipFile=code, Publish=True)
        functions.update_alias(
            FunctionName=name, Name=outputs.function_alias, FunctionVersion=published["Version"]
        )
