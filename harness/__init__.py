"""Start the whole stack on this machine, test it, and take it down."""
