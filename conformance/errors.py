"""Errors in the checklist or in references to it."""


class ConformanceError(Exception):
    """A message with the ids and the file to correct."""
