"""`./nox -s gate`: what a pull request must pass."""
