# prerequisites/ creates the certificate and the zone if there are none.
data "aws_acm_certificate" "wildcard" {
  count = var.certificate_arn == null ? 1 : 0

  domain      = "*.${var.domain}"
  statuses    = ["ISSUED"]
  most_recent = true

  # By default, ACM lists only RSA certificates of 2048 bits.
  key_types = ["RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1"]
}

locals {
  certificate_arn = coalesce(var.certificate_arn, one(data.aws_acm_certificate.wildcard[*].arn))
}

data "aws_route53_zone" "domain" {
  count = var.dns_records ? 1 : 0

  name         = coalesce(var.zone, var.domain)
  private_zone = false
}

resource "aws_route53_record" "site" {
  for_each = var.dns_records ? toset(["A", "AAAA"]) : []

  zone_id = data.aws_route53_zone.domain[0].zone_id
  name    = local.site_host
  type    = each.key

  alias {
    name                   = aws_cloudfront_distribution.site.domain_name
    zone_id                = aws_cloudfront_distribution.site.hosted_zone_id
    evaluate_target_health = false
  }
}
