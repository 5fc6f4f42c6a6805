"""Apply a distribution's web ACL before anything else happens to a request (PL-001)."""

from __future__ import annotations

from localfront.access.web_acl_rules import WebAcls
from localfront.config.web_acl import BlockAction
from localfront.exchange.clock import Clock
from localfront.exchange.exchange import Exchange
from localfront.exchange.outcome import ERROR, Outcome
from localfront.exchange.refusal import Refusal
from localfront.http_messages.messages import Headers, Response
from localfront.responses.own_responses import refused


def blocked(acls: WebAcls, exchange: Exchange, clock: Clock) -> Outcome | None:
    """The response to a blocked request; None where the request passes."""
    web_acl = exchange.distribution.web_acl
    if web_acl is None:
        return None
    now = clock()
    verdict = acls.judge(web_acl, exchange.request, now=now)
    block = verdict.block
    action = "allow" if block is None else "block"
    exchange.trace.note("web acl", rule=verdict.rule, action=action, counted=verdict.counted)
    if block is None:
        return None
    reason = f"Web ACL {web_acl.name}: {verdict.rule} blocks the request."
    page = refused(Refusal(status=403, rule="PL-001", message=reason), exchange.trace, now=now)
    return page if block.status is None else Outcome(_own_response(block, block.status), ERROR)


def _own_response(block: BlockAction, status: int) -> Response:
    kind = [("Content-Type", block.content_type)] if block.content_type else []
    return Response(status=status, headers=Headers.of((*block.headers, *kind)), body=block.body)
