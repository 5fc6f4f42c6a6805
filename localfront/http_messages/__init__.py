"""HTTP messages as values: requests, responses, bodies, WebSockets."""
