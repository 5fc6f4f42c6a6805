"""Lambda functions whose code is an archive on this machine, in the shape of the Lambda API."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from localfront.errors import ConfigError
from localfront.sources.description import Raw
from localfront.sources.source import FunctionSource


class LambdaArchives:
    """A `FunctionSource`: the functions that files describe; all others come from `otherwise`.

    `stand_ins` are the names of those whose code a directory takes the place of.
    """

    def __init__(
        self, otherwise: FunctionSource | None, stand_ins: frozenset[str]
    ) -> None:
        self.described: Mapping[str, Raw] = {}
        self._otherwise = otherwise
        self._stand_ins = stand_ins

    def get_function(
        self,
        *,
        FunctionName: str,  # noqa: N803
        Qualifier: str,  # noqa: N803
    ) -> Mapping[str, Any]:
        """Raises ConfigError when nothing says where the code is."""
        ending = f":{FunctionName}:{Qualifier}"
        known = (d for arn, d in self.described.items() if arn.endswith(ending))
        description = next(known, None)
        if description is None and self._otherwise is not None:
            return self._otherwise.get_function(
                FunctionName=FunctionName, Qualifier=Qualifier
            )
        if description is None:
            raise ConfigError(
                f"Function {FunctionName}:{Qualifier} is described nowhere: add the output of `aws "
                f"lambda get-function --function-name {FunctionName} --qualifier {Qualifier}` as a "
                "--config, or say where the Lambda API is (AWS_ENDPOINT_URL, AWS_PROFILE)."
            )
        if FunctionName in self._stand_ins:
            return description
        return {**description, "Code": {"ZipFile": _archive(FunctionName, description)}}


def _archive(name: str, description: Raw) -> bytes:
    location = description["Code"]["Location"]
    way_out = f"Give --edge {name}=DIR to run a directory in its place."
    if not location:
        raise ConfigError(
            f"Function {name}: no file that was given says where its archive is. {way_out}"
        )
    try:
        return Path(location).read_bytes()
    except OSError as error:
        raise ConfigError(
            f"Function {name}: its archive {location} can't be read: {error.strerror}. Build it; "
            f"the paths of a plan are relative to the folder of its file. {way_out}"
        ) from error
