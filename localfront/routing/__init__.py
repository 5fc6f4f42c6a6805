"""Host and path to the distribution and the cache behavior that serve them."""
