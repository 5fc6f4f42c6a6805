"""Defaults for policies, keys and others that a distribution names and no file describes.

JSON from the AWS CLI is usually the output of one command, not of all that are needed. A default is
chosen to surprise least, and gets a notice with the AWS CLI command to fetch the real one.

Source: AWS CLI Command Reference, `aws cloudfront`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from localfront.config.fields import Fields
from localfront.config.managed_policies import ALL_VIEWER_EXCEPT_HOST_HEADER
from localfront.config.notices import NotHonoured
from localfront.config.policies import (
    CachePolicy,
    Mode,
    OriginRequestPolicy,
    ResponseHeadersPolicy,
    Selection,
)

# A source's placeholder for an id known only after deployment; it has its own notice.
PLACEHOLDER = re.compile(r"placeholder[a-z0-9]{10}")
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class StandIn(Generic[Thing]):
    """A default.

    `command` is a subcommand of `aws cloudfront`; `here` describes what `make` returns.
    """

    description: str
    command: str
    here: str
    make: Callable[[str], Thing]

    def of(self, fields: Fields, field: str, thing_id: str) -> Thing:
        """The default for an id, with a notice."""
        fetch = f"`aws cloudfront {self.command} --id {thing_id} > FILE`, and --config FILE"
        is_placeholder = PLACEHOLDER.fullmatch(thing_id)
        reason = (
            "is known only after deployment"
            if is_placeholder
            else f"is in none of the files: {fetch}"
        )
        fields.notice(field, NotHonoured(f"names {self.description} that {reason}", self.here))
        return self.make(thing_id)


ACCESS_CONTROL = StandIn(
    "an origin access control",
    "get-origin-access-control",
    "requests are always signed, as nearly all access controls specify",
    lambda _: "always",
)
CACHE_POLICY = StandIn(
    "a cache policy",
    "get-cache-policy",
    "nothing is cached, and cookies and query strings go to the origin",
    lambda policy_id: CachePolicy(
        id=policy_id,
        default_ttl=0,
        max_ttl=0,
        cookies=Selection(Mode.ALL),
        query_strings=Selection(Mode.ALL),
    ),
)
ORIGIN_REQUEST_POLICY = StandIn(
    "an origin request policy",
    "get-origin-request-policy",
    "everything that the viewer sent goes to the origin, except Host",
    lambda policy_id: OriginRequestPolicy(
        id=policy_id,
        headers=ALL_VIEWER_EXCEPT_HOST_HEADER.headers,
        cookies=ALL_VIEWER_EXCEPT_HOST_HEADER.cookies,
        query_strings=ALL_VIEWER_EXCEPT_HOST_HEADER.query_strings,
    ),
)
RESPONSE_HEADERS_POLICY = StandIn(
    "a response headers policy",
    "get-response-headers-policy",
    "no header is set or removed",
    lambda policy_id: ResponseHeadersPolicy(id=policy_id),
)
KEY_GROUP = StandIn(
    "a key group",
    "get-key-group",
    "its keys verify no signature: a request that no other key signed gets 403",
    lambda _: (),
)


def named(
    things: Mapping[str, Thing], fields: Fields, field: str, stand_in: StandIn[Thing]
) -> Thing | None:
    """The referenced thing; None if the field is empty."""
    thing_id = fields.text(field, "")
    if not thing_id:
        return None
    found = things.get(thing_id)
    return stand_in.of(fields, field, thing_id) if found is None else found
