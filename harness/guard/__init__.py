"""The guard that keeps web pages away from an emulator on this machine."""
