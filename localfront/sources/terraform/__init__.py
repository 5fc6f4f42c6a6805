"""Terraform plans and states, converted to the CloudFront API's structures."""
