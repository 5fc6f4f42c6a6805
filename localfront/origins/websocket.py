"""The origin's side of a WebSocket handshake.

Source: CloudFront Developer Guide, "Use WebSockets with CloudFront distributions" (MI-001).
"""

from __future__ import annotations

import aiohttp
from yarl import URL

from localfront.config.distribution import Origin
from localfront.http_messages.hop_by_hop import without_named
from localfront.http_messages.messages import Headers, Request, Response
from localfront.http_messages.websockets import OriginSocket
from localfront.origins.failures import (
    NO_CONNECTION,
    NOT_CONNECTED,
    NOT_HTTP,
    in_short,
    named,
)

# aiohttp writes this hop's handshake itself.
OF_THIS_HOP = (
    "Connection", "Upgrade", "Sec-WebSocket-Key", "Sec-WebSocket-Version",
    "Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol", "Content-Length",
)  # fmt: skip


async def connected(
    session: aiohttp.ClientSession, url: str, request: Request, origin: Origin
) -> Response:
    """Connect: 101 with the open socket, or the origin's refusal without its body.

    Raises OriginError if the origin cannot be reached.
    """
    origin_name = named(origin, url)
    wanted = request.headers.get_all("sec-websocket-protocol")
    try:
        socket = await session.ws_connect(
            URL(url, encoded=True),
            headers=request.headers.without(*OF_THIS_HOP).lines,
            protocols=[p.strip() for line in wanted for p in line.split(",")],
            autoping=False,
            autoclose=False,
            max_msg_size=0,
        )
    except aiohttp.WSServerHandshakeError as refusal:
        if refusal.status == 101:
            raise NOT_HTTP.error(
                origin_name, "did not complete the WebSocket handshake"
            ) from refusal
        lines = refusal.headers.items() if refusal.headers else ()
        headers = without_named(Headers.of(lines))
        headers = headers.without("Content-Length", *OF_THIS_HOP)
        return Response(status=refusal.status, headers=headers)
    except aiohttp.ConnectionTimeoutError as error:
        raise NO_CONNECTION.error(origin_name, "accepted no connection in time") from error
    except aiohttp.ClientConnectorError as error:
        problem = f"can't be connected to: {error}"
        raise NOT_CONNECTED.of(error).error(origin_name, problem) from error
    except (aiohttp.ClientError, OSError) as error:
        problem = f"sent no usable response: {in_short(error)}"
        raise NOT_HTTP.error(origin_name, problem) from error
    return Response(status=101, websocket=OriginSocket(socket, socket.protocol))
