"""The whole application on this machine. Start at `stack.py`."""
