"""Fuzzing and soak tests: long runs with generated input, beyond the cases that people write."""
