"""What sets the stack up on a machine, drives it and takes it down again."""
