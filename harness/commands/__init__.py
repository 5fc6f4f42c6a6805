"""The programs behind the nox sessions."""

import signal
import sys

# While a program's modules are imported, Ctrl-C would end in their traceback. Then `command_line.run`
# takes signals. Python calls itself `-m` just while it imports what it was told to run.
if sys.argv[:1] == ["-m"] and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
