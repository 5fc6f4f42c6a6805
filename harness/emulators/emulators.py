"""AWS emulators: start or find one, and its address.

`ministack`   runs as our child, on a free port, and forgets everything when it ends.
`localstack`  runs already at AWS_ENDPOINT_URL; without one it is started in a container.
`external`    is whatever AWS_ENDPOINT_URL names, and AWS_ENDPOINT_URL_CLOUDFRONT for
              CloudFront. Never AWS itself: that, and no endpoint at all, is refused.

LocalStack's free edition has no CloudFront, so a MiniStack of our own answers for that
service beside it, unless another is named.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import botocore.session

from harness.checkout import ROOT
from harness.emulators import localstack
from harness.errors import HarnessError
from harness.guard import key
from harness.processes.answers import require_answer
from harness.processes.children import Children
from harness.processes.ports import LOOPBACK, free_port

NAMES = ("ministack", "localstack", "external")
REGION = "us-east-1"
MINISTACK = (sys.executable, "-m", "harness.emulators.guarded_ministack")
CLOUDFRONT = "cloudfront,cloudfront-keyvaluestore"  # MiniStack's names
MINISTACKS_FOLDER = "ministack"  # in the run's
STATE, OBJECTS = "state", "objects"  # of MiniStack's folder: what can be kept
MINISTACK_READY = "Running on http"
READY_WITHIN = 30  # seconds
AWS_ITSELF = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")
# Instead of AWS_PROFILE and ~/.aws/config, whose settings are for real accounts.
NO_PROFILE = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Emulator:
    """An emulator. `endpoint` and `cloudfront_endpoint` are URLs without a path.

    One that `is_ours` ends with the run, and all that was made in it. `key` opens the
    administration of a guarded one; empty where it is not known.
    """

    name: str
    endpoint: str
    cloudfront_endpoint: str
    is_ours: bool = False
    access_key_id: str = "test"
    secret_access_key: str = field(default="test", repr=False)
    key: str = field(default="", repr=False)

    def session(self) -> boto3.Session:
        """A boto3 session; its clients also need `endpoint_url`."""
        return boto3.Session(
            botocore_session=botocore.session.Session(session_vars=NO_PROFILE),
            aws_access_key_id=self.access_key_id,
            aws_secret_access_key=self.secret_access_key,
            region_name=REGION,
        )

    def variables(self) -> dict[str, str]:
        """Return the standard environment with which any AWS SDK finds the emulator."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ENDPOINT_URL_CLOUDFRONT": self.cloudfront_endpoint,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
        }

    def environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Return `environ` with this emulator for AWS, and no trace of a real account."""
        return without_aws(environ) | self.variables()


def without_aws(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if not name.startswith("AWS_")}


def start(
    name: str, children: Children, *, environ: Mapping[str, str], directory: Path
) -> Emulator:
    """Start or find the emulator `name`; its logs and files go under `directory`.

    Raises HarnessError when it does not answer.
    """
    run_key = key.known_key(environ) or key.new_key()
    environ = {**environ, key.VARIABLE: run_key}
    if name == "ministack":
        endpoint = ministack(children, environ=environ, directory=directory)
        return Emulator(
            name=name,
            endpoint=endpoint,
            cloudfront_endpoint=endpoint,
            is_ours=True,
            key=run_key,
        )
    found = (
        on_localstack(children, environ=environ, directory=directory)
        if name == "localstack"
        else external(environ)
    )
    if has_cloudfront(found):
        return found
    beside = ministack(children, environ=environ, directory=directory, services=CLOUDFRONT)
    return replace(found, cloudfront_endpoint=beside)


def on_localstack(children: Children, *, environ: Mapping[str, str], directory: Path) -> Emulator:
    running = localstack.running(environ)
    endpoint = running or localstack.start_container(children, environ=environ, directory=directory)
    return Emulator(
        name="localstack",
        endpoint=endpoint,
        cloudfront_endpoint=endpoint,
        is_ours=running is None,
        key=environ.get(key.VARIABLE, ""),
    )


def has_cloudfront(emulator: Emulator) -> bool:
    """Whether it has CloudFront: all but the free LocalStack do."""
    return (
        emulator.cloudfront_endpoint != emulator.endpoint
        or localstack.has_cloudfront(emulator.endpoint)
        or not localstack.is_localstack(emulator.endpoint)
    )


def external(environ: Mapping[str, str]) -> Emulator:
    """An external emulator.

    Raises HarnessError if `environ` has no endpoint, AWS's, or a dead one.
    """
    endpoint = environ.get("AWS_ENDPOINT_URL")
    if not endpoint:
        raise HarnessError(
            "--emulator external needs AWS_ENDPOINT_URL, the emulator's address, such as "
            f"{localstack.ENDPOINT}."
        )
    if (urlsplit(endpoint).hostname or "").endswith(AWS_ITSELF):
        raise HarnessError(
            f"AWS_ENDPOINT_URL is {endpoint}, which is AWS itself: demonstration users and "
            "`terraform destroy` have no place there. Name an emulator."
        )
    require_answer(endpoint, "the emulator. Start it, or correct AWS_ENDPOINT_URL")
    return named_by(environ)


def named_by(environ: Mapping[str, str]) -> Emulator:
    """The emulator of the standard AWS environment, without a check."""
    endpoint = environ["AWS_ENDPOINT_URL"]
    cloudfront = environ.get("AWS_ENDPOINT_URL_CLOUDFRONT", endpoint)
    return Emulator(
        name="external",
        endpoint=endpoint.rstrip("/"),
        cloudfront_endpoint=cloudfront.rstrip("/"),
        access_key_id=environ.get("AWS_ACCESS_KEY_ID", "test"),
        secret_access_key=environ.get("AWS_SECRET_ACCESS_KEY", "test"),
        key=key.known_key(environ),
    )


def ministack(
    children: Children,
    *,
    environ: Mapping[str, str],
    directory: Path,
    services: str = "",
) -> str:
    """Start MiniStack on a free port; return its endpoint once it answers.

    `services` is a comma-separated list; empty means all, and that it is kept.
    """
    port = free_port()
    name = "ministack-cloudfront" if services else MINISTACKS_FOLDER
    files = directory / name
    endpoint = f"http://{LOOPBACK}:{port}"
    server = children.serve(
        name,
        MINISTACK,
        env=ministack_environment(environ, port, files=files, services=services, kept=not services),
        cwd=ROOT,
        log=directory / "logs" / f"{name}.log",
    )
    server.wait_for_line(MINISTACK_READY, timeout=READY_WITHIN)
    return endpoint


def ministack_environment(
    environ: Mapping[str, str], port: int, *, files: Path, services: str = "", kept: bool = False
) -> dict[str, str]:
    """Return what makes MiniStack serve on `port`, with all its files in `files`.

    One that is `kept` goes on from what is in STATE and OBJECTS there, and can be saved there.
    """
    files.mkdir(parents=True, exist_ok=True)  # what it goes on from may be there
    return without_aws(environ) | {
        "AWS_ENDPOINT_URL": f"http://{LOOPBACK}:{port}",  # the functions inherit it
        "BIND_HOST": LOOPBACK,
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",  # would listen on a fixed port, on all addresses
        "LAMBDA_EXECUTOR": "local",
        "PERSIST_STATE": str(int(kept)),
        "PYTHONUNBUFFERED": "1",
        "SERVICES": services,
        "S3_DATA_DIR": str(files / OBJECTS),
        "S3_PERSIST": str(int(kept)),
        "SFTP_ENABLED": "0",
        "STATE_DIR": str(files / STATE),
        "TMPDIR": str(files),  # unpacked functions: gone with the run
    }
