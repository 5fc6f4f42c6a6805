"""Marked requests through everything at once, while everything around them breaks."""
