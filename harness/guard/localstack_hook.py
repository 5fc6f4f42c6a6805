"""The hook that LocalStack executes at start. EMULATOR_GUARD is the folder of package `harness`."""

import os
import sys
import traceback

try:
    sys.path.append(os.environ["EMULATOR_GUARD"])
    from harness.guard.localstack import install

    install(os.environ)
except Exception:  # LocalStack would only log it, and accept every request
    traceback.print_exc()
    sys.stderr.write("LocalStack is not started: its guard against web pages failed.\n")
    os._exit(1)
