"""The command `localfront` in a process that has everything imported already."""
