"""The inspector: a page on a port of its own that shows each request's way through CloudFront."""
