"""The functions of the measured distribution."""

from __future__ import annotations

from time import thread_time
from typing import Any

from bench.distribution import COMPUTES


def test_the_computing_function_takes_the_requested_processor_time() -> None:
    module: dict[str, Any] = {}
    exec(COMPUTES, module)  # noqa: S102 -- our own code
    request = {"querystring": "ms=5"}
    began = thread_time()

    returned = module["handler"]({"Records": [{"cf": {"request": request}}]}, None)

    assert thread_time() - began >= 0.005
    assert returned is request
