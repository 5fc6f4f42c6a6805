"""The cache: what identifies a response, how long it may be reused, and where it is kept."""
