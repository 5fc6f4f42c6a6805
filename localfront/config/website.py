"""Parse a bucket's WebsiteConfiguration: index and error documents, redirects.

Source: S3 API Reference, WebsiteConfiguration, RoutingRule; S3 User Guide, "Configuring an index
document", "Configuring a custom error document", "Configuring a webpage redirect".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from localfront.config.fields import Fields

INDEX = "index.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebsiteRedirect:
    """A redirect; None keeps that part of the request's URL."""

    host: str | None = None
    protocol: str | None = None
    status: int = 301
    key: str | None = None
    prefix: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRule:
    """A rule.

    `on_error` is the error status to match; None matches before the object is looked up.
    """

    redirect: WebsiteRedirect
    prefix: str = ""
    on_error: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Website:
    """A website. `everything` redirects all requests."""

    index: str = INDEX
    error: str | None = None
    everything: WebsiteRedirect | None = None
    rules: tuple[RoutingRule, ...] = ()


def parse_website(bucket: str, configuration: Mapping[str, Any]) -> Website:
    """Parse the configuration. Raises ConfigError naming the bucket and the field."""
    fields = Fields.of(f"Website of bucket {bucket}", configuration)
    everything = fields.part("RedirectAllRequestsTo")
    rules = fields.values.get("RoutingRules") or []
    listed = Fields(fields.where, {"RoutingRules": {"Items": rules}})
    return Website(
        index=fields.part("IndexDocument").text("Suffix", INDEX),
        error=fields.part("ErrorDocument").text("Key", "") or None,
        everything=_redirect(everything) if everything.values else None,
        rules=tuple(map(_rule, listed.parts("RoutingRules"))),
    )


def _rule(fields: Fields) -> RoutingRule:
    condition = fields.part("Condition")
    code = condition.values.get("HttpErrorCodeReturnedEquals")
    return RoutingRule(
        redirect=_redirect(fields.part("Redirect")),
        prefix=condition.text("KeyPrefixEquals", ""),
        on_error=_status(condition, "HttpErrorCodeReturnedEquals") if code else None,
    )


def _redirect(fields: Fields) -> WebsiteRedirect:
    code = fields.values.get("HttpRedirectCode")
    return WebsiteRedirect(
        host=fields.text("HostName", "") or None,
        protocol=fields.text("Protocol", "") or None,
        status=_status(fields, "HttpRedirectCode") if code else 301,
        key=fields.values.get("ReplaceKeyWith"),
        prefix=fields.values.get("ReplaceKeyPrefixWith"),
    )


def _status(fields: Fields, name: str) -> int:
    """The status code, which the API has as a string."""
    code = str(fields.values.get(name))
    if not (code.isdecimal() and len(code) == 3):
        raise fields.wrong(name, "is not a status code", "Write one such as 301 or 404.")
    return int(code)
