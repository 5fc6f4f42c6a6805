"""A provider's processes: one for each configuration."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from localfront.sources.terraform_provider.provider_proxy import proxied
from tests.localfront.sources.terraform_provider.attachments import named, reattached, socket_of
from tests.localfront.sources.terraform_provider.grpc_peers import (
    OK,
    ask,
    echo,
    prefixed,
    provider,
    respond,
    response,
    terraform,
)

APPLY = b"/tfplugin5.Provider/ApplyResourceChange"
CONFIGURE = b"/tfplugin5.Provider/Configure"


def test_each_configuration_gets_a_process(run: Path) -> None:
    started: list[Path] = []

    def start() -> str:
        started.append(run / f"another-{len(started)}")
        serve(started[-1])
        return str(started[-1])

    def serve(address: Path) -> None:
        name = prefixed(address.name.encode())
        more.enter_context(provider(address, lambda peer, stream, _: respond(peer, stream, name)))

    with ExitStack() as more:
        serve(run / "first")
        attached = more.enter_context(
            proxied(reattached(run / "first"), run.parent / "program", named, run, start)
        )
        names = []
        for region in (b"eu-west-1", b"us-east-1", b"eu-west-1", b"us-east-1"):
            with terraform(socket_of(attached)) as peer:
                before = response(peer, ask(peer, APPLY))
                configured = response(peer, ask(peer, CONFIGURE, region))
                after = response(peer, ask(peer, APPLY))
                names.append((before.body, configured.body, after.body))

    one, other = prefixed(b"first"), prefixed(b"another-0")
    assert names == [(one, one, one), (one, other, other)] * 2
    assert len(started) == 1


def test_a_process_that_cannot_be_started_is_an_error_with_its_reason(run: Path) -> None:
    def start() -> str:
        raise OSError("no more processes")

    with (
        provider(run / "plugin", echo),
        proxied(reattached(run / "plugin"), run.parent / "program", named, run, start) as attached,
    ):
        with terraform(socket_of(attached)) as peer:
            assert response(peer, ask(peer, CONFIGURE, b"eu-west-1")).body
        with terraform(socket_of(attached)) as peer:
            refused = response(peer, ask(peer, CONFIGURE, b"us-east-1"))
            assert b"no more processes" in refused.body
            assert refused.trailers == OK
        with terraform(socket_of(attached)) as peer:
            assert response(peer, ask(peer, CONFIGURE, b"eu-west-1")).body
