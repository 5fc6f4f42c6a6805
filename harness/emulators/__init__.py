"""AWS emulators: start, guard, warm, watch, reset."""
