"""Snapshots of a stack: inputs, verification, storage."""
