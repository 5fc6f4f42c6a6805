"""What localfront writes down: access logs, the request log, unforeseen errors."""
