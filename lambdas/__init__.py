"""The API behind /api: one handler module a Lambda function."""
