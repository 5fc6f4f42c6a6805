output "name_servers" {
  description = "For the domain's registrar: enter these there. The certificate is issued once they answer."
  value       = var.create_zone ? aws_route53_zone.domain[0].name_servers : data.aws_route53_zone.domain[0].name_servers
}

output "certificate_arn" {
  description = "For watching it become ISSUED: `aws acm wait certificate-validated`."
  value       = aws_acm_certificate.wildcard.arn
}

output "deploy_roles" {
  description = "For the pipeline: the role of each environment."
  value       = { for environment, role in aws_iam_role.deploy : environment => role.arn }
}

output "plan_roles" {
  description = "For pull requests and the daily look at what has drifted: a role that only reads, by environment."
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
