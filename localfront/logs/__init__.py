"""Logs: access logs, the request log, unexpected errors."""
