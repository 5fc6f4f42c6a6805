resource "aws_route53_zone" "domain" {
  count = var.create_zone ? 1 : 0

  name = var.domain
}

data "aws_route53_zone" "domain" {
  count = var.create_zone ? 0 : 1

  name         = var.domain
  private_zone = false
}

locals {
  zone_id    = var.create_zone ? aws_route53_zone.domain[0].zone_id : data.aws_route53_zone.domain[0].zone_id
  validation = one(aws_acm_certificate.wildcard.domain_validation_options)
}

resource "aws_acm_certificate" "wildcard" {
  domain_name       = "*.${var.domain}"
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

# Nothing waits for the certificate: the name servers must be entered at the registrar first, and they are
# printed only after the apply. The record also serves the yearly renewals.
resource "aws_route53_record" "validation" {
  zone_id = local.zone_id
  name    = local.validation.resource_record_name
  type    = local.validation.resource_record_type
  records = [local.validation.resource_record_value]
  ttl     = 300

  # All certificates of a domain have the same record: another stack may have created it.
  allow_overwrite = true
}
