"""Starts the whole stack on a machine, tests it and takes it down."""
