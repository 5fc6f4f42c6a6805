"""The commands that serve: options, start, reload, and what is told of each request."""
