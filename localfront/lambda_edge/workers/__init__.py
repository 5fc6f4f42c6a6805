"""The processes that run Lambda@Edge functions. Start at `pool.py`."""
