"""The rules of `localfront check`, a subject each."""
