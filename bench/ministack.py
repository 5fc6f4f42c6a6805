"""MiniStack without our guard's check of host names: `python -m bench.ministack`.

`harness.emulators.guarded_ministack` refuses the domain names of its data plane, such as
dhij.cloudfront.net, and would be measured as well. They are accepted here: no web page can use
them, because every name below cloudfront.net is Amazon's and resolves to Amazon. The rest is
guarded alike.
"""

from __future__ import annotations

import os

from ministack import app as ministack

from harness.emulators.guarded_ministack import guard_of, guarded, guarded_request
from harness.emulators.ministack_saving import Application, Receive, Scope, Send
from harness.guard.rules import host_of

DATA_PLANE = ".cloudfront.net"


def open_at_its_data_plane(plain: Application, closed: Application) -> Application:
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        is_viewers = scope["type"] == "http" and host_of(guarded_request(scope)).endswith(
            DATA_PLANE
        )
        await (plain if is_viewers else closed)(scope, receive, send)

    return application


if __name__ == "__main__":
    ministack.app = open_at_its_data_plane(
        ministack.app, guarded(ministack.app, guard_of(os.environ))
    )
    ministack.main()
