"""Where configurations come from: a CloudFront API, files of the AWS CLI, plans and states of Terraform."""
