"""Origins: requests, addresses, connections, and the rules of S3 and API Gateway."""
