"""The command `localfront` as a process of its own that has imported everything already."""
