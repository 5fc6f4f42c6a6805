"""`localfront invoke`: run a function with one event. Start at `command.py`."""
