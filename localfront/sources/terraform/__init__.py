"""Terraform plans and states, read into the CloudFront API's shapes."""
