"""A fake CloudFront API with functions and key value stores, as a boto3 session."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import boto3
from botocore.exceptions import ClientError

ARN = "arn:aws:cloudfront::123456789012:function/visitors"
STORE_ARN = "arn:aws:cloudfront::123456789012:key-value-store/a1b2"
CREATED = datetime(2026, 1, 1, tzinfo=UTC)
CHANGED = datetime(2026, 1, 2, 3, tzinfo=UTC)


@dataclass(slots=True)
class FakeCloudFront:
    """A function, which has a second name `also`, and a store; `calls` are the API calls made."""

    code: str | None = "function handler(event) { return event.request; }"
    etag: str = "E1"
    runtime: str = "cloudfront-js-2.0"
    stores: tuple[str, ...] = ()
    values: Mapping[str, str] | None = field(default_factory=dict)
    store_etag: str = "K1"
    also: str = ""
    calls: list[str] = field(default_factory=list)

    @property
    def session(self) -> boto3.Session:
        return cast(boto3.Session, self)

    @property
    def meta(self) -> Any:
        return SimpleNamespace(endpoint_url="https://kvs.us-east-1.amazonaws.com")

    def client(self, _service: str, **_: Any) -> FakeCloudFront:
        return self

    def describe_function(self, *, Name: str, Stage: str) -> dict[str, Any]:  # noqa: N803 - boto3's name for it
        self._called("DescribeFunction", Name, Stage)
        associations = [{"KeyValueStoreARN": arn} for arn in self.stores]
        config = {
            "Runtime": self.runtime,
            "KeyValueStoreAssociations": {
                "Quantity": len(associations),
                "Items": associations,
            },
        }
        return {"ETag": self.etag, "FunctionSummary": {"FunctionConfig": config}}

    def get_function(self, *, Name: str, Stage: str) -> dict[str, Any]:  # noqa: N803 - boto3's name for it
        self._called("GetFunction", Name, Stage)
        return {
            "ETag": self.etag,
            "FunctionCode": io.BytesIO((self.code or "").encode()),
        }

    def describe_key_value_store(self, *, KvsARN: str) -> dict[str, Any]:  # noqa: N803 - boto3's name for it
        self.calls.append("DescribeKeyValueStore")
        if self.values is None or KvsARN != STORE_ARN:
            raise ClientError({"Error": {"Code": "NotFound"}}, "DescribeKeyValueStore")
        return {"ETag": self.store_etag, "Created": CREATED, "LastModified": CHANGED}

    def get_paginator(self, operation: str) -> FakeCloudFront:
        assert operation == "list_keys"
        return self

    def paginate(self, *, KvsARN: str) -> Iterable[dict[str, Any]]:  # noqa: N803 - boto3's name for it
        """One key per page, and an empty last page."""
        self.calls.append("ListKeys")
        assert KvsARN == STORE_ARN
        for key, value in (self.values or {}).items():
            yield {"Items": [{"Key": key, "Value": value}]}
        yield {}

    def _called(self, operation: str, name: str, stage: str) -> None:
        self.calls.append(operation)
        if self.code is None or name not in ("visitors", self.also) or stage != "LIVE":
            raise ClientError({"Error": {"Code": "NoSuchFunctionExists"}}, operation)
