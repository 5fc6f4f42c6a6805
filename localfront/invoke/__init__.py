"""One event through one function, without a distribution. Start at `command.py`."""
