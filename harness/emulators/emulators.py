"""AWS emulators: start or find one, and its address.

`ministack`   runs as a child process, on a free port, without persistence.
`localstack`  is the one at AWS_ENDPOINT_URL, or else is started in a container.
`external`    is the one at AWS_ENDPOINT_URL, with AWS_ENDPOINT_URL_CLOUDFRONT for CloudFront. AWS
              itself is refused, and so is a missing endpoint.

LocalStack's free edition has no CloudFront, so a MiniStack serves it, unless another endpoint is
given.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from harness.checkout import ROOT
from harness.emulators import localstack
from harness.errors import HarnessError
from harness.guard import key
from harness.processes.children import Children
from harness.processes.ports import LOOPBACK, reserved_port
from harness.processes.reachable import require_reachable

if TYPE_CHECKING:
    import boto3
    from botocore.loaders import Loader

NAMES = ("ministack", "localstack", "external")
REGION = "us-east-1"
MINISTACK = (sys.executable, "-m", "harness.emulators.guarded_ministack")
CLOUDFRONT = "cloudfront,cloudfront-keyvaluestore"  # MiniStack's names
MINISTACKS_FOLDER = "ministack"  # in the run's folder
STATE, OBJECTS = "state", "objects"  # in MiniStack's folder: its persistent state
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

    One that `is_ours` ends with the run, and loses its content. `key` is for the administrative
    paths of a guarded one; empty if unknown.
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
        import boto3  # late: it takes a fifth of a second, and some commands need none
        import botocore.session

        session = botocore.session.Session(session_vars=NO_PROFILE)
        session.register_component("data_loader", api_models())
        return boto3.Session(
            botocore_session=session,
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
        """Return `environ` with this emulator as AWS, without credentials of a real account."""
        return without_aws(environ) | self.variables()


@cache
def api_models() -> Loader:
    """botocore's descriptions of AWS's APIs, read once for all sessions: a tenth of a second each."""
    from botocore.loaders import create_loader

    return create_loader()


def without_aws(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if not name.startswith("AWS_")}


def start(
    name: str, children: Children, *, environ: Mapping[str, str], directory: Path
) -> Emulator:
    """Start or find the emulator `name`; its logs and files go under `directory`.

    Raises HarnessError if it does not respond.
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
            "`terraform destroy` do not belong there. Set it to an emulator's address."
        )
    require_reachable(endpoint, "the emulator. Start it, or correct AWS_ENDPOINT_URL")
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

    `services` is a comma-separated list; if it is empty, all are started and the state is persistent.
    """
    name = "ministack-cloudfront" if services else MINISTACKS_FOLDER
    files, persistent = directory / name, not services
    with reserved_port() as port:
        env = ministack_environment(
            environ, port, files=files, services=services, persistent=persistent
        )
        log = directory / "logs" / f"{name}.log"
        server = children.serve(name, MINISTACK, env=env, cwd=ROOT, log=log)
        server.wait_for_line(MINISTACK_READY, timeout=READY_WITHIN)
    return f"http://{LOOPBACK}:{port}"


def ministack_environment(
    environ: Mapping[str, str],
    port: int,
    *,
    files: Path,
    services: str = "",
    persistent: bool = False,
) -> dict[str, str]:
    """The environment for a MiniStack on `port`, with all its files in `files`.

    If `persistent`, it restores the state in STATE and OBJECTS there, and can save it.
    """
    files.mkdir(parents=True, exist_ok=True)  # it may exist already, with a state to restore
    return without_aws(environ) | {
        "AWS_ENDPOINT_URL": f"http://{LOOPBACK}:{port}",  # the functions inherit it
        "BIND_HOST": LOOPBACK,
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",  # would listen on a fixed port, on all addresses
        "LAMBDA_EXECUTOR": "local",
        "PERSIST_STATE": str(int(persistent)),
        "PYTHONUNBUFFERED": "1",
        "SERVICES": services,
        "S3_DATA_DIR": str(files / OBJECTS),
        "S3_PERSIST": str(int(persistent)),
        "SFTP_ENABLED": "0",
        "STATE_DIR": str(files / STATE),
        "TMPDIR": str(files),  # for unpacked functions: removed with the run
    }
