"""Origin access identities for MiniStack 1.5.33, whose CloudFront API has no route for them.

Four of thirteen public stacks have one, and Terraform could apply none of these.

Source: CloudFront API Reference, CreateCloudFrontOriginAccessIdentity and related operations.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from ministack.core.responses import AccountScopedDict, new_uuid
from ministack.services import cloudfront

ROUTE = re.compile(
    r"/2020-05-31/origin-access-identity/cloudfront(?:/(?P<id>\w+)(?P<config>/config)?)?/?"
)
NAME = "CloudFrontOriginAccessIdentity"
CONFIG = f"{NAME}Config"
STATE = "origin_access_identities"
_identities: Any = AccountScopedDict()  # by id: CallerReference, Comment, ETag


def add_access_identities() -> None:
    """Add routes for them to MiniStack, and include them in its snapshots."""
    handle, state, restore = (
        cloudfront.handle_request,
        cloudfront.get_state,
        cloudfront._restore_state,
    )

    async def handled(
        method: str, path: str, headers: Mapping[str, str], body: bytes, query: Any
    ) -> Any:
        match = ROUTE.fullmatch(path)
        if match is None:
            return await handle(method, path, headers, body, query)
        return respond(method, match["id"], bool(match["config"]), headers, body)

    def restored(data: dict[str, Any]) -> None:
        _identities.update(data.get(STATE, {}))
        restore(data)

    cloudfront.handle_request = handled
    cloudfront.get_state = lambda: {**state(), STATE: _identities}
    cloudfront._restore_state = restored


def respond(
    method: str, name: str | None, of_config: bool, headers: Mapping[str, str], body: bytes
) -> Any:
    """The API's response: status, headers and body."""
    if name is None:
        return create(body) if method == "POST" else listed()
    identity = _identities.get(name)
    if identity is None:
        message = "The specified origin access identity does not exist."
        return cloudfront._error(f"NoSuch{NAME}", message, 404)
    if method in ("PUT", "DELETE") and headers.get("if-match") != identity["ETag"]:
        message = "The If-Match version is missing or not valid for the resource."
        return cloudfront._error("InvalidIfMatchVersion", message, 400)
    if method == "DELETE":
        del _identities[name]
        return 204, {}, b""
    if method == "PUT":
        identity |= written(body)
    return response(name, identity, of_config=of_config and method == "GET")


def create(body: bytes) -> Any:
    name = cloudfront._dist_id()
    _identities[name] = written(body)
    status, headers, text = response(name, _identities[name], of_config=False)
    place = f"/2020-05-31/origin-access-identity/cloudfront/{name}"
    return 201 if status == 200 else status, {**headers, "Location": place}, text


def written(body: bytes) -> dict[str, str]:
    config = cloudfront._parse_body(body)
    fields = (
        {}
        if config is None
        else {n: cloudfront._text(config, n) for n in ("CallerReference", "Comment")}
    )
    return {"CallerReference": "", "Comment": "", **fields, "ETag": new_uuid()}


def response(name: str, identity: Mapping[str, str], *, of_config: bool) -> Any:
    def config(root: Element) -> None:
        for field in ("CallerReference", "Comment"):
            SubElement(root, field).text = identity[field]

    def whole(root: Element) -> None:
        SubElement(root, "Id").text = name
        SubElement(root, "S3CanonicalUserId").text = canonical_user(name)
        config(SubElement(root, CONFIG))

    root, build = (CONFIG, config) if of_config else (NAME, whole)
    return cloudfront._xml_response(root, build, extra_headers={"ETag": identity["ETag"]})


def listed() -> Any:
    def build(root: Element) -> None:
        for field, value in (("Marker", ""), ("MaxItems", "100"), ("IsTruncated", "false")):
            SubElement(root, field).text = value
        SubElement(root, "Quantity").text = str(len(_identities))
        items = SubElement(root, "Items")
        for name, identity in _identities.items():
            summary = SubElement(items, f"{NAME}Summary")
            SubElement(summary, "Id").text = name
            SubElement(summary, "S3CanonicalUserId").text = canonical_user(name)
            SubElement(summary, "Comment").text = identity["Comment"]

    return cloudfront._xml_response(f"{NAME}List", build)


def canonical_user(name: str) -> str:
    """64 hexadecimal digits, as bucket policies name the identity."""
    return hashlib.sha256(name.encode()).hexdigest()
