output "distribution_id" {
  description = "For localfront, and for invalidations."
  value       = aws_cloudfront_distribution.site.id
}

output "distribution_domain_name" {
  description = "CloudFront's own name of the site; what the DNS records point to."
  value       = aws_cloudfront_distribution.site.domain_name
}

output "site_url" {
  description = "For people, and for tests of the live site."
  value       = "https://${local.site_host}/"
}

output "bucket" {
  description = "Where pages are uploaded to while they are worked on."
  value       = aws_s3_bucket.private["site"].id
}

output "api_id" {
  description = "For calls to the REST API that leave CloudFront out."
  value       = aws_api_gateway_rest_api.api.id
}

output "edge_function_name" {
  description = "For localfront, which can run a directory in its place."
  value       = aws_lambda_function.edge.function_name
}

output "function_names" {
  description = "The API's functions, for reloading their code and reading their logs."
  value       = [for function in aws_lambda_function.api : function.function_name]
}

output "function_alias" {
  description = "What API Gateway calls of each of them: it is moved once their code has changed."
  value       = aws_lambda_alias.live["login"].name
}

output "sessions_table" {
  description = "For tests that age a session."
  value       = aws_dynamodb_table.sessions.name
}

output "logs_table" {
  description = "For writing the first log entries."
  value       = aws_dynamodb_table.logs.name
}

output "secret_prefix" {
  description = "For whoever writes the captains' password hashes."
  value       = local.secret_prefix
}
