"""Lambda@Edge: events, results, and the workers that run functions. Start at `functions.py`."""
