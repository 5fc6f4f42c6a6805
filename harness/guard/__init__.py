"""What keeps web pages away from an emulator that listens on this machine."""
