"""Read a configuration from files: JSON of the AWS CLI, plans, states, templates, projects.

The files are read each time the source is polled, which is cheap and misses nothing. Unchanged
content is not parsed again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localfront.config.distribution import TrustedKey
from localfront.errors import ConfigError
from localfront.origins.addresses import Endpoints
from localfront.profiles import PROFILE_2026, Profile
from localfront.sources.bucket_policies import (
    emulated_buckets,
    read_bucket_policy,
    read_websites,
)
from localfront.sources.cloudfront_json import describe_output, each_once
from localfront.sources.configuration import Configuration, configure
from localfront.sources.description import Description, joined, read_from
from localfront.sources.function_files import FunctionFiles
from localfront.sources.key_value_files import StoreFiles, store_arns
from localfront.sources.lambda_archives import LambdaArchives
from localfront.sources.project_kinds import errors_naming, project_of
from localfront.sources.source import (
    CloudFrontFunctionsApi,
    Invalidation,
    KeyValueStoresApi,
    LambdaFunctions,
)
from localfront.sources.terraform.resource_description import describe_terraform
from localfront.sources.terraform_folder.settings import NO_SETTINGS, TerraformSettings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ZIP = b"PK\x03\x04"  # magic bytes of an archive
SURROGATES = re.compile(rb"\\u[dD][89a-fA-F]")  # JSON escapes of surrogates
SPACE = re.compile(r"\s+")


class ConfigFiles:
    """A `Source`: the files together are one configuration, in any order.

    The two APIs supply functions that no file describes; `s3` supplies the policies of an
    emulator's buckets.
    """

    def __init__(
        self,
        files: Sequence[Path],
        endpoints: Endpoints,
        distribution_id: str | None = None,
        *,
        lambda_api: LambdaFunctions | None = None,
        cloudfront_api: CloudFrontFunctionsApi | None = None,
        stores_api: KeyValueStoresApi | None = None,
        store_files: Mapping[str, Path] | None = None,
        s3: S3Client | None = None,
        stand_ins: Iterable[str] = (),
        profile: Profile = PROFILE_2026,
        signers: Mapping[str, Sequence[TrustedKey]] | None = None,
        terraform: TerraformSettings = NO_SETTINGS,
        parameters: Mapping[str, str] | None = None,
    ) -> None:
        self._files = tuple(files)
        found = {path: project_of(path, terraform, parameters or {}) for path in files}
        self._projects = {path: project for path, project in found.items() if project is not None}
        self._endpoints = endpoints
        self._only = distribution_id
        self._archives = LambdaArchives(lambda_api, frozenset(stand_ins))
        self._scripts = FunctionFiles(cloudfront_api)
        self._stores = StoreFiles(store_files or {}, stores_api)
        self._s3 = s3
        self._profile = profile
        self._signers = signers
        self._seen: object = None
        self._read = Configuration()

    def read(self) -> Configuration:
        contents = {
            file: self._projects[file].stamp() if file in self._projects else content_of(file)
            for file in self._files
        }
        beside = (self._archives.stamps(), self._stores.stamps())
        if (contents, *beside) != self._seen or self._scripts.are_edited():
            self._read = self._parse(contents)
            seen = (contents, self._archives.stamps(), beside[1])
            # An archive that changes while it is hashed is read again.
            self._seen = seen if self._archives.are_current() else None
        return self._with_emulated_policies(self._read)

    def forget(self) -> None:
        self._seen = None
        for project in self._projects.values():
            project.forget()

    def new_invalidations(
        self, configuration: Configuration, seen: Iterable[str]
    ) -> list[Invalidation]:
        """None, as invalidations are created through an API."""
        return []

    @property
    def lambda_functions(self) -> LambdaFunctions:
        return self._archives

    @property
    def cloudfront_functions(self) -> CloudFrontFunctionsApi:
        return self._scripts

    @property
    def key_value_stores(self) -> StoreFiles:
        return self._stores

    def _parse(self, contents: Mapping[Path, Any]) -> Configuration:
        description = each_once(
            joined(
                read_from(
                    str(f),
                    self._projects[f].description()
                    if f in self._projects
                    else describe_file(f, content),
                )
                for f, content in contents.items()
            )
        )
        if not description.distributions:
            names = ", ".join(map(str, self._files))
            raise ConfigError(
                f"No distribution is in {names}. Add the output of `aws cloudfront "
                "get-distribution` or `get-distribution-config`, or of `terraform show -json`."
            )
        description = self._with_stores(only(description, self._only))
        configuration = configure(
            description, self._endpoints, profile=self._profile, signers=self._signers
        )
        self._archives.described = configuration.lambda_functions
        self._scripts.described = configuration.functions
        self._stores.described = configuration.key_value_stores
        return configuration

    def _with_stores(self, description: Description) -> Description:
        store_notices = self._stores.notices(description)
        stores = self._stores.contents(description.key_value_stores, store_arns(description))
        return replace(
            description, key_value_stores=stores, notices=(*description.notices, *store_notices)
        )

    def _with_emulated_policies(self, configuration: Configuration) -> Configuration:
        """Add policies from an emulator for buckets whose policy a plan does not have."""
        endpoints = self._endpoints.with_folders(configuration.bucket_folders)
        buckets = emulated_buckets(configuration.distributions, endpoints)
        missing = buckets - configuration.bucket_policies.keys()
        if self._s3 is None or not missing:
            return configuration
        policies = {bucket: read_bucket_policy(self._s3, bucket) for bucket in missing}
        sites = read_websites(self._s3, configuration.distributions, endpoints)
        return replace(
            configuration,
            bucket_policies={**configuration.bucket_policies, **policies},
            websites={**sites, **configuration.websites},
        )


def describe_file(file: Path, content: bytes) -> Description:
    """Describe one file. Raises ConfigError, with its name, for an unknown format."""
    if content.startswith(ZIP):
        raise ConfigError(
            f"{file} is not JSON but an archive, probably a binary plan of `terraform plan -out`. "
            f"Convert it: `terraform show -json {file.name} > {file.stem}.json`, and use that."
        )
    try:
        documents = list(_documents(content))
    except (ValueError, RecursionError) as error:
        raise ConfigError(
            f"{file} is not JSON ({error}). Convert a plan with `terraform show -json`."
        ) from error
    if not documents or not all(isinstance(document, dict) for document in documents):
        raise ConfigError(f"{file} does not contain a JSON object.")
    if SURROGATES.search(content) and not _is_encodable(documents):
        raise ConfigError(
            f"{file} has half of a surrogate pair (\\ud800 to \\udfff) in a string, which is not "
            "valid Unicode. Write the whole character."
        )
    with errors_naming(file):
        return joined(_described(document, file) for document in documents)


def _described(document: Mapping[str, Any], file: Path) -> Description:
    if "format_version" in document:
        return describe_terraform(document, file.parent)
    return describe_output(document, file)


def _documents(content: bytes) -> Iterator[Any]:
    """The JSON documents in a file: one, a list, or a sequence. Raises ValueError.

    Some shells write UTF-16.
    """
    decoder = json.JSONDecoder()
    text = content.decode(json.detect_encoding(content), "surrogatepass")
    text = text.strip("\ufeff \t\r\n")
    at = 0
    while True:
        document, end = decoder.raw_decode(text, at)
        yield from document if isinstance(document, list) else [document]
        if end >= len(text):
            return
        space = SPACE.match(text, end)
        at = space.end() if space else end


def _is_encodable(document: object) -> bool:
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def only(description: Description, distribution_id: str | None) -> Description:
    """The selected distributions: by id, Terraform address, or stack.

    Raises ConfigError when there is none.
    """
    if distribution_id is None:
        return description
    ids = [str(d.get("Id")) for d in description.distributions]
    wanted = [i for i in ids if _means(distribution_id, i, description.labels.get(i, i))]
    if not wanted:
        names = ", ".join(f"{i} ({description.labels.get(i, i)})" for i in ids)
        raise ConfigError(
            f"--distribution {distribution_id} is none of those in the files: {names}."
        )
    chosen = tuple(d for d in description.distributions if d.get("Id") in wanted)
    return replace(description, distributions=chosen)


def _means(wanted: str, distribution_id: str, label: str) -> bool:
    return wanted in (distribution_id, label) or label.startswith(f"{wanted}/")


def content_of(file: Path) -> bytes:
    """A file's text. Raises ConfigError for a file that can't be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{file} can't be read: {error.strerror}.") from error
