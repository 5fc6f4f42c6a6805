"""`./nox -s gate`: the checks that a pull request must pass."""
