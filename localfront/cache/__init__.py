"""The cache: keys, freshness, and the store of responses."""
