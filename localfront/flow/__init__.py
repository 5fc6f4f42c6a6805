"""The path of a request through CloudFront. Start at `pipeline.py`."""
