"""Terraform's plans and states, read as the CloudFront API would tell them."""
