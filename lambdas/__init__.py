"""The API behind /api: one handler module per Lambda function."""
