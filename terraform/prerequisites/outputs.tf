output "name_servers" {
  description = "The zone's name servers, to enter at the domain's registrar. The certificate is issued afterwards."
  value       = var.create_zone ? aws_route53_zone.domain[0].name_servers : data.aws_route53_zone.domain[0].name_servers
}

output "certificate_arn" {
  description = "For waiting until it is issued: `aws acm wait certificate-validated`."
  value       = aws_acm_certificate.wildcard.arn
}

output "deploy_roles" {
  description = "For the pipeline: the role of each environment."
  value       = { for environment, role in aws_iam_role.deploy : environment => role.arn }
}

output "plan_roles" {
  description = "For pull requests and the daily check for drift: a read-only role, by environment."
  value       = { for environment, role in aws_iam_role.plan : environment => role.arn }
}

output "permissions_boundaries" {
  description = "For the application's permissions_boundary, by environment."
  value       = { for environment, policy in aws_iam_policy.boundary : environment => policy.arn }
}

output "promotion_buckets" {
  description = "For Terraform's S3 backend, with use_lockfile, and for releases."
  value       = { for purpose, bucket in aws_s3_bucket.promotion : purpose => bucket.id }
}
