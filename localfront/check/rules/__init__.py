"""The rules of `localfront check`, one subject per module."""
