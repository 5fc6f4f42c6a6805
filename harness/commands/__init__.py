"""The programs behind the nox sessions."""
