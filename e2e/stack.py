"""The running stack, described by the file that E2E_STACK names."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from harness.emulators import emulators
from harness.emulators.emulators import Emulator
from harness.errors import HarnessError
from harness.terraform.outputs import Outputs

VARIABLE = "E2E_STACK"


class StackError(Exception):
    """There is no stack to test, or its description cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsAccess:
    """The emulator's endpoint and credentials."""

    endpoint_url: str | None  # None: AWS itself, or what the environment names
    region: str
    access_key_id: str | None  # None: the environment's, with a session token
    secret_access_key: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A deployed site, and the only captain that tests may use there."""

    user_name: str
    password: str = field(repr=False)
    ca_file: str | None  # whom its certificate is trusted by; None: the system's authorities
    browser_home: str | None  # in which Chromium trusts it, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    site_url: str  # https, without a slash at the end
    http_url: str
    sessions_table: str
    logs_table: str
    secret_prefix: str
    aws: AwsAccess
    outputs: Outputs
    logs: tuple[Path, ...]
    live: Live | None = None
    in_emulator: Emulator | None = None

    @property
    def emulator(self) -> Emulator:
        """The emulator, for steps such as a release; tests marked `live` have none."""
        assert self.in_emulator, "a live site is only looked at"
        return self.in_emulator

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read the stack's description. Raises StackError."""
        path = environ.get(VARIABLE)
        if not path:
            raise StackError(f"{VARIABLE} is not set: start the flows with `./nox -s e2e`.")
        try:
            described = json.loads(Path(path).read_text(encoding="utf-8"))
            outputs, aws = described["outputs"], described["aws"]
            live = Live(**described["live"]) if "live" in described else None
            return cls(
                site_url=described["site_url"].rstrip("/"),
                http_url=described["http_url"].rstrip("/"),
                sessions_table=outputs["sessions_table"],
                logs_table=outputs["logs_table"],
                secret_prefix=outputs["secret_prefix"],
                aws=AwsAccess(
                    endpoint_url=aws.get("AWS_ENDPOINT_URL"),
                    region=aws["AWS_REGION"],
                    access_key_id=None if live else aws["AWS_ACCESS_KEY_ID"],
                    secret_access_key=None if live else aws["AWS_SECRET_ACCESS_KEY"],
                ),
                outputs=Outputs.parse({name: {"value": value} for name, value in outputs.items()}),
                logs=tuple(Path(log) for log in described.get("logs", ())),
                live=live,
                in_emulator=None if live else emulators.named_by(aws),
            )
        except (OSError, ValueError, KeyError, TypeError, HarnessError) as error:
            raise StackError(
                f"{VARIABLE} names {path}, which does not describe a stack "
                f"({error!r}). Start the flows with `./nox -s e2e`."
            ) from error
