"""What a check knows: distributions, functions, roles, buckets, certificates."""
