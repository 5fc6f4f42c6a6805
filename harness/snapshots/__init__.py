"""A stack as it was, kept to be brought back: what it was made from, who may be trusted, where."""
