"""Choose the source: given files, else the environment's CloudFront API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localfront.aws.settings import Settings
from localfront.config.distribution import TrustedKey
from localfront.errors import ConfigError
from localfront.profiles import PROFILE_2026, Profile
from localfront.sources.files import ConfigFiles
from localfront.sources.source import Source
from localfront.sources.terraform_folder.settings import NO_SETTINGS, TerraformSettings

if TYPE_CHECKING:
    from localfront.aws.session import AwsSession

NOTHING_CHOSEN = (
    "The source of the distribution is not given. Set AWS_ENDPOINT_URL to an emulator's address, "
    "or choose AWS itself with AWS_PROFILE or AWS_ACCESS_KEY_ID, or name a folder with "
    "Terraform, a CloudFormation template or a cdk.out, or give --config FILE (the output "
    "of `aws cloudfront get-distribution`, or of `terraform show -json`)."
)
# Polling intervals in seconds.
WATCHING_FILES = 0.25
ASKING_AN_EMULATOR = 0.5
ASKING_AWS = 60.0


def choose_source(
    settings: Settings,
    session: AwsSession,
    *,
    files: Sequence[Path] = (),
    distribution_id: str | None = None,
    stand_ins: Iterable[str] = (),
    profile: Profile = PROFILE_2026,
    terraform: TerraformSettings = NO_SETTINGS,
    store_files: Mapping[str, Path] | None = None,
    parameters: Mapping[str, str] | None = None,
    signers: Mapping[str, Sequence[TrustedKey]] | None = None,
) -> Source:
    """Choose the source.

    Raises ConfigError if nothing names one. `stand_ins`: functions with local code; `terraform`:
    for folders; `store_files`: --kvs by name; `parameters`: --parameter by name; `signers`: --signer
    by account.
    """
    if files:
        return ConfigFiles(
            files,
            settings.endpoints,
            distribution_id,
            **_apis(settings, session),
            store_files=store_files,
            stand_ins=stand_ins,
            profile=profile,
            terraform=terraform,
            parameters=parameters,
            signers=signers,
        )
    if not settings.reaches("cloudfront"):
        raise ConfigError(NOTHING_CHOSEN)
    from localfront.sources.api import CloudFrontApi  # imports botocore

    return CloudFrontApi(
        session,
        settings.endpoints,
        distribution_id,
        profile=profile,
        store_files=store_files,
        signers=signers,
    )


def _apis(settings: Settings, session: AwsSession) -> dict[str, Any]:
    """The APIs for references in files, as arguments of ConfigFiles; none without an API."""
    services = ("lambda", "cloudfront", "cloudfront_keyvaluestore")
    reached = {name for name in services if settings.reaches(name)}
    if not reached and settings.endpoints.s3 is None:
        return {}
    from localfront.sources.api import HOME_REGION, PATIENCE  # imports botocore
    from localfront.sources.key_value_api import KeyValueStores

    apis: dict[str, Any] = {}
    if "lambda" in reached:
        apis["lambda_api"] = session.client("lambda", region_name=HOME_REGION)
    if "cloudfront" in reached:
        apis["cloudfront_api"] = session.client("cloudfront", config=PATIENCE)
    if "cloudfront_keyvaluestore" in reached:
        apis["stores_api"] = KeyValueStores(session)
    if settings.endpoints.s3 is not None:
        apis["s3"] = session.client("s3", config=PATIENCE)
    return apis


def default_interval(settings: Settings, files: Sequence[Path]) -> float:
    """The default polling interval in seconds."""
    if files:
        return WATCHING_FILES
    return ASKING_AN_EMULATOR if settings.emulated else ASKING_AWS


def refresh_interval(settings: Settings, files: Sequence[Path]) -> float:
    """The minimum interval for refreshing published functions, in seconds.

    They are refreshed whenever the source is polled, except that AWS is asked less often than files
    are read.
    """
    return ASKING_AWS if files and not settings.emulated else 0.0
