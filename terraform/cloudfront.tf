locals {
  # AWS gives its managed policies the same ids in every account.
  # Source: CloudFront Developer Guide, "Use managed cache policies" and "Use managed origin request policies".
  caching_optimized = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  caching_disabled  = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"

  # AllViewerExceptHostHeader: API Gateway only accepts its own name as the host (AG-001).
  all_viewer_except_host = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
}

resource "aws_cloudfront_distribution" "site" {
  comment         = var.name
  enabled         = true
  aliases         = [local.site_host]
  http_version    = "http2and3"
  is_ipv6_enabled = true
  price_class     = "PriceClass_100" # North America and Europe
  web_acl_id      = one(aws_wafv2_web_acl.site[*].arn)

  # A deployment takes minutes. Promotion waits for it, because pages are uploaded afterwards (site.tf);
  # otherwise use `aws cloudfront wait distribution-deployed`.
  wait_for_deployment = var.wait_for_deployment

  # No default_root_object: the edge function decides what `/` is.

  origin {
    origin_id                = "site"
    domain_name              = aws_s3_bucket.private["site"].bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.site.id
  }

  origin {
    origin_id   = "api"
    domain_name = "${aws_api_gateway_rest_api.api.id}.execute-api.${local.region}.amazonaws.com"
    origin_path = "/${aws_api_gateway_stage.prod.stage_name}"

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }

    # CloudFront replaces a value that a viewer sends.
    dynamic "custom_header" {
      for_each = slice(var.api_keys, 0, min(1, length(var.api_keys)))

      content {
        name  = "x-api-key"
        value = aws_api_gateway_api_key.cloudfront[custom_header.value].value
      }
    }
  }

  ordered_cache_behavior {
    path_pattern               = "/api/*"
    target_origin_id           = "api"
    viewer_protocol_policy     = "https-only" # before a redirect, a log-in would have sent its password in clear text
    allowed_methods            = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
    cached_methods             = ["GET", "HEAD"]
    cache_policy_id            = local.caching_disabled
    origin_request_policy_id   = try(aws_cloudfront_origin_request_policy.api[0].id, local.all_viewer_except_host)
    response_headers_policy_id = aws_cloudfront_response_headers_policy.security.id
  }

  # No function: assets are public. CloudFront resolves `..` before it chooses a behavior (RT-007), so no
  # path below leads to a page.
  ordered_cache_behavior {
    path_pattern               = "/assets/*"
    target_origin_id           = "site"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = local.caching_optimized
    response_headers_policy_id = aws_cloudfront_response_headers_policy.security.id
  }

  default_cache_behavior {
    target_origin_id           = "site"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = local.caching_optimized
    response_headers_policy_id = aws_cloudfront_response_headers_policy.security.id

    lambda_function_association {
      event_type = "viewer-request"
      # Composed, because emulators omit the version in qualified_arn.
      lambda_arn = "${aws_lambda_function.edge.arn}:${aws_lambda_function.edge.version}"
    }
  }

  # The bucket responds 403 for pages that do not exist. Custom error pages apply to the whole distribution,
  # so one for any other code, or a 403 from the API, would hide the API's own errors (ER-010). The edge
  # function does not run for this page (ER-012), even if a refused method leads to it (ER-013): it must be
  # public.
  custom_error_response {
    error_code            = 403
    response_code         = 403
    response_page_path    = "/error.html"
    error_caching_min_ttl = 10
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn      = local.certificate_arn
    minimum_protocol_version = "TLSv1.2_2021"
    ssl_support_method       = "sni-only"
  }
}
