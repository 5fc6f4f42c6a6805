"""`localfront serve`: options, start-up, live reload, and a log line for each request."""
