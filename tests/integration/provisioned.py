"""The stack for these tests, described by the harness."""

from __future__ import annotations

import functools
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from harness.emulators.emulators import Emulator
from harness.emulators.localstack import is_localstack
from harness.terraform.outputs import Outputs


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiResponse:
    status: int
    headers: Message
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class Provisioned:
    """`session_ttl` is in seconds; `terraform_variables` are arguments of its commands."""

    site_url: str
    http_url: str
    ca_file: str
    session_ttl: int
    emulator: Emulator
    outputs: Outputs
    terraform: Path
    terraform_directory: Path
    terraform_variables: tuple[str, ...]
    _clients: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def read(cls, path: Path) -> Provisioned:
        document = json.loads(path.read_text())
        return cls(
            site_url=document["site_url"],
            http_url=document["http_url"],
            ca_file=document["ca_file"],
            session_ttl=document["session_ttl"],
            emulator=Emulator(
                name="the stack's",
                endpoint=document["aws"]["AWS_ENDPOINT_URL"],
                cloudfront_endpoint=document["aws"]["AWS_ENDPOINT_URL_CLOUDFRONT"],
                access_key_id=document["aws"]["AWS_ACCESS_KEY_ID"],
                secret_access_key=document["aws"]["AWS_SECRET_ACCESS_KEY"],
            ),
            outputs=Outputs(
                **{
                    **document["outputs"],
                    "function_names": tuple(document["outputs"]["function_names"]),
                }
            ),
            terraform=Path(document["terraform"]["program"]),
            terraform_directory=Path(document["terraform"]["directory"]),
            terraform_variables=tuple(document["terraform"]["variables"]),
        )

    def api_gateway_url(self, path: str) -> str:
        """The API's address in the emulator, bypassing CloudFront."""
        api = f"{self.emulator.endpoint}/_aws/execute-api/{self.outputs.api_id}"
        return f"{api}/prod{path}"

    @functools.cached_property
    def api_keys(self) -> list[str]:
        """The values of the required API keys; none if the option is off."""
        found = self.client("apigateway").get_api_keys(includeValues=True)["items"]
        return [str(key["value"]) for key in found]

    def require_gateway_response_bodies(self) -> None:
        """Skip the test on LocalStack, which takes a gateway response's status alone.

        See docs/reference/emulators.md.
        """
        if is_localstack(self.emulator.endpoint):
            pytest.skip("LocalStack applies no templates of gateway responses")

    def client(self, service: str) -> Any:
        """The service's client, which is made once: each takes hundredths of a second."""
        if service not in self._clients:
            session: Any = self.emulator.session()  # boto3's stubs want a literal name
            is_cloudfront = service == "cloudfront"
            endpoints = (self.emulator.endpoint, self.emulator.cloudfront_endpoint)
            self._clients[service] = session.client(service, endpoint_url=endpoints[is_cloudfront])
        return self._clients[service]

    def ask(
        self,
        url: str,
        *,
        method: str = "GET",
        document: object = None,
        headers: Mapping[str, str] | None = None,
        with_key: bool = True,
    ) -> ApiResponse:
        """Send one request, JSON if there is a `document`; redirects are not followed.

        What goes to the API directly has the key of CloudFront's `with_key`.
        """
        if with_key and url.startswith(self.api_gateway_url("")) and self.api_keys:
            headers = {"x-api-key": self.api_keys[0], **(headers or {})}
        request = urllib.request.Request(
            url,
            method=method,
            data=None if document is None else json.dumps(document).encode(),
            headers={"content-type": "application/json", **(headers or {})},
        )
        tls = ssl.create_default_context(cafile=self.ca_file)
        opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=tls), Unfollowed())
        try:
            with opener.open(request, timeout=30) as response:
                return ApiResponse(
                    status=response.status,
                    headers=response.headers,
                    body=response.read(),
                )
        except urllib.error.HTTPError as error:
            with error:
                return ApiResponse(status=error.code, headers=error.headers, body=error.read())


class Unfollowed(urllib.request.HTTPRedirectHandler):
    """Does not follow redirects."""

    def redirect_request(self, *arguments: Any) -> None:
        return None
