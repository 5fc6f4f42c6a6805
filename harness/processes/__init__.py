"""Child processes, ports and signals on this machine."""
