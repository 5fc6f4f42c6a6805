"""A distribution and its policies as values, and how they are read from the API."""
