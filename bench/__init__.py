"""Benchmarks of localfront, compared with the bare HTTP server that it is built on.

Start at `__main__.py`.
"""
