"""What holds for every test."""

import os
import signal

from hypothesis import HealthCheck, settings

from harness.processes import proxies

# Correctness is tested here, not speed: a busy machine is no reason to fail.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

# Nothing here is for a real account: boto3 would look for its profile.
for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
    os.environ.pop(name, None)

# The servers that tests start are on this machine.
os.environ.update(proxies.exceptions(os.environ))

# A script's shell ignores SIGINT for what it runs in the background, tests among them, and for what
# these start. They press Ctrl-C.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
