"""A request's way through CloudFront. Start at `pipeline.py`."""
