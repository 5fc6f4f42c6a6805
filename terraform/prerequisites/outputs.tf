output "name_servers" {
  description = "For the domain's registrar: enter these there. The certificate is issued once they answer."
  value       = var.create_zone ? aws_route53_zone.domain[0].name_servers : data.aws_route53_zone.domain[0].name_servers
}

output "certificate_arn" {
  description = "For watching it become ISSUED: `aws acm wait certificate-validated`."
  value       = aws_acm_certificate.wildcard.arn
}
