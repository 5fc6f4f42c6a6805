"""A distribution and its policies as values, and their parsers."""
