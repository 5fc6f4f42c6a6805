"""The browser of these tests."""

import os
import sys
from typing import Any

import pytest

from harness.processes import steady_network
from harness.processes.chromium import find_chromium


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no seccomp")
def test_the_browser_sees_no_network_interface(
    browser_type_launch_args: dict[str, Any], browser_name: str
) -> None:
    started = browser_type_launch_args["executable_path"].read_text()

    assert browser_name == "chromium"
    assert steady_network.__file__ in started
    assert str(find_chromium(os.environ)) in started
