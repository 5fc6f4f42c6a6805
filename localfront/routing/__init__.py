"""Routing: from Host and path to the distribution and the cache behavior."""
