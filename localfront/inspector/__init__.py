"""The inspector: a web page on its own port that shows each request's path through CloudFront."""
