"""Settings for all tests."""

import asyncio
import functools
import gc
import inspect
import os
import signal
from collections.abc import Awaitable, Callable, Iterator

import pytest

from harness.processes import proxies

# Tests never use a real account: boto3 would read its profile.
for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
    os.environ.pop(name, None)

# The servers that tests start are on this machine.
os.environ.update(proxies.exceptions(os.environ))

# A script's shell ignores both for what it runs in the background, tests among them, and for what
# these start. They press Ctrl-C and Ctrl-\.
for number, handled in (
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGQUIT, signal.SIG_DFL),
):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, handled)

# Seconds, fewer than `timeout` in pyproject.toml: that one shows where the event loop waits, and this
# one which line of the test.
ENDS_WITHIN = 540.0


def pytest_configure(config: pytest.Config) -> None:
    """Without its plugin (`-pno:hypothesispytest`), Hypothesis is not worth its import."""
    if config.pluginmanager.hasplugin("hypothesispytest"):
        from hypothesis import HealthCheck, settings

        # Correctness is tested here, not speed: a busy machine is no reason to fail.
        slow = [HealthCheck.too_slow]
        settings.register_profile("unhurried", deadline=None, suppress_health_check=slow)
        settings.load_profile("unhurried")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Freeze the collected tests, so that garbage collection does not inspect them."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
            item.obj = bounded(item.obj)


def bounded(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """The coroutine with a timeout, which reports the line that still waits."""

    @functools.wraps(test)
    async def ends(*positional: object, **named: object) -> None:
        async with asyncio.timeout(ENDS_WITHIN):
            await test(*positional, **named)

    return ends
