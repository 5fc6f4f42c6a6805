output "distribution_id" {
  description = "For localfront, and for invalidations."
  value       = aws_cloudfront_distribution.site.id
}

output "distribution_domain_name" {
  description = "The distribution's own domain name, the target of the DNS records."
  value       = aws_cloudfront_distribution.site.domain_name
}

output "site_url" {
  description = "For people, and for tests of the live site."
  value       = "https://${local.site_host}/"
}

output "bucket" {
  description = "The bucket for uploading edited pages."
  value       = aws_s3_bucket.private["site"].id
}

output "api_id" {
  description = "The REST API's own URL, for calls that bypass CloudFront."
  value       = aws_api_gateway_rest_api.api.id
}

output "edge_function_name" {
  description = "For localfront, which can run a directory instead of the function."
  value       = aws_lambda_function.edge.function_name
}

output "function_names" {
  description = "The API's functions, for reloading their code and reading their logs."
  value       = [for function in aws_lambda_function.api : function.function_name]
}

output "function_alias" {
  description = "The functions' alias, which API Gateway invokes and which is moved after a change of code."
  value       = aws_lambda_alias.live["login"].name
}

output "sessions_table" {
  description = "For tests that expire a session."
  value       = aws_dynamodb_table.sessions.name
}

output "logs_table" {
  description = "For writing the first log entries."
  value       = aws_dynamodb_table.logs.name
}

output "secret_prefix" {
  description = "The prefix of the secrets with the captains' password hashes."
  value       = local.secret_prefix
}
