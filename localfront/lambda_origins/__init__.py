"""Origins that are code: Lambda functions behind a function URL or an API, run on this machine."""
