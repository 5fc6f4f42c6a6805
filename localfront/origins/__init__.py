"""Origins: the request that goes to one, where it goes, and what S3 and API Gateway would say."""
