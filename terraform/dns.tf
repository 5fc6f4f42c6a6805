# prerequisites/ makes the certificate and the zone for those who have none.
data "aws_acm_certificate" "wildcard" {
  domain      = "*.${var.domain}"
  statuses    = ["ISSUED"]
  most_recent = true
}

data "aws_route53_zone" "domain" {
  count = var.dns_records ? 1 : 0

  name         = var.domain
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
