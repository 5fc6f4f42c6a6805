"""CloudFront with Lambda@Edge on your machine. Start reading at `flow/pipeline.py`."""

__version__ = "0.1.0"
