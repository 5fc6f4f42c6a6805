"""What can be wrong with the checklist or with what is said of it."""


class ConformanceError(Exception):
    """The message names the ids and the file to mend."""
