"""The facts for a check: distributions, functions, roles, buckets, certificates."""
