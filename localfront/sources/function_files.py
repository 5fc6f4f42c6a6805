"""CloudFront Functions from files, with the interface of the CloudFront API."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from localfront.errors import ConfigError
from localfront.sources.description import FunctionCode
from localfront.sources.source import CloudFrontFunctionsApi


class FunctionFiles:
    """A `CloudFrontFunctionsApi` for functions in files; others come from `otherwise`."""

    def __init__(self, otherwise: CloudFrontFunctionsApi | None) -> None:
        self.described: Mapping[str, FunctionCode] = {}
        self._otherwise = otherwise

    def describe_function(
        self,
        *,
        Name: str,  # noqa: N803 -- the API's name
        Stage: Literal["LIVE"],  # noqa: N803 - boto3's name for it
    ) -> Mapping[str, Any]:
        """DescribeFunction. Raises ConfigError if no source has the function."""
        function = self._described(Name)
        if function is None:
            return self._api(Name).describe_function(Name=Name, Stage=Stage)
        stores = [{"KeyValueStoreARN": arn} for arn in function.key_value_store_arns]
        config = {
            "Runtime": function.runtime,
            "KeyValueStoreAssociations": {"Quantity": len(stores), "Items": stores},
        }
        summary = {"Name": Name, "FunctionConfig": config}
        return {"ETag": _etag(function), "FunctionSummary": summary}

    def get_function(
        self,
        *,
        Name: str,  # noqa: N803 - boto3's name for it
        Stage: Literal["LIVE"],  # noqa: N803 - boto3's name for it
    ) -> Mapping[str, Any]:
        """GetFunction. Raises ConfigError if no source has the function."""
        function = self._described(Name)
        if function is None:
            return self._api(Name).get_function(Name=Name, Stage=Stage)
        code = io.BytesIO(function.code.encode())
        return {"ETag": _etag(function), "FunctionCode": code}

    def are_edited(self) -> bool:
        """Whether a code file has changed, or cannot be read."""
        return any(_text_of(f.file) != f.code for f in self.described.values() if f.file)

    def _described(self, name: str) -> FunctionCode | None:
        return next((f for f in self.described.values() if f.name == name), None)

    def _api(self, name: str) -> CloudFrontFunctionsApi:
        if self._otherwise is None:
            raise ConfigError(
                f"Function {name} is not in the files: add the output of `aws cloudfront "
                f"describe-function --name {name} --stage LIVE` as a --config, with its code "
                f"beside it in {name}.js."
            )
        return self._otherwise


def _text_of(file: Path) -> str | None:
    try:
        return file.read_text()
    except (OSError, UnicodeDecodeError):
        return None


def _etag(function: FunctionCode) -> str:
    return hashlib.sha256(f"{function.runtime}\0{function.code}".encode()).hexdigest()
