"""The programs behind the nox sessions."""

import signal
import sys

# Ctrl-C during the imports would print a traceback; afterwards `command_line.run` handles signals.
# sys.argv[0] is `-m` only while Python imports the module to run.
if sys.argv[:1] == ["-m"] and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
