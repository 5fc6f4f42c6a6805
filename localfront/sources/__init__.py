"""Sources of configurations: the CloudFront API, JSON of the AWS CLI, Terraform, CloudFormation."""
