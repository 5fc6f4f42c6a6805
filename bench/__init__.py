"""Measurements of localfront beside the bare HTTP server that it is built on. Start at `__main__.py`."""
