"""What holds for every test."""

import os

from hypothesis import HealthCheck, settings

from harness import proxies

# Correctness is tested here, not speed: a busy machine is no reason to fail.
settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")

# The servers that tests start are on this machine.
os.environ.update(proxies.exceptions(os.environ))
