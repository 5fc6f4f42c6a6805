"""CloudFront with Lambda@Edge on your machine. Start reading at `pipeline.py`."""
