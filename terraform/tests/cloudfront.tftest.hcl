# One run, as each plans everything anew, which takes half a second.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  domain             = "example.com"
  lambdas_package    = "tests/fixtures/empty.zip"
  edge_package       = "tests/fixtures/empty.zip"
  frontend_directory = "tests/fixtures/site"
}

run "pages_api_and_assets_each_have_their_way_and_all_the_security_headers" {
  # Pages go through the edge function.
  assert {
    condition = [
      for association in aws_cloudfront_distribution.site.default_cache_behavior[0].lambda_function_association :
      "${association.event_type} ${association.lambda_arn}"
    ] == ["viewer-request arn:aws:lambda:us-east-1:123456789012:function:made-up:7"]
    error_message = "Viewer-request names the numbered version of the edge function (LA-001)."
  }

  assert {
    condition     = aws_cloudfront_distribution.site.default_cache_behavior[0].viewer_protocol_policy == "redirect-to-https"
    error_message = "A page asked for over HTTP is redirected (VP-001)."
  }

  assert {
    condition     = toset(aws_cloudfront_distribution.site.default_cache_behavior[0].allowed_methods) == toset(["GET", "HEAD"])
    error_message = "Pages are only read."
  }

  assert {
    condition     = aws_cloudfront_distribution.site.default_cache_behavior[0].cache_policy_id == "658327ea-f89d-4fab-a63d-7e88639e58f6" # CachingOptimized
    error_message = "Pages are cached."
  }

  assert {
    condition     = aws_cloudfront_distribution.site.default_root_object == null
    error_message = "A default root object would lead around the edge function."
  }

  # The API is never cached, and gets cookies.
  assert {
    condition     = [for behavior in aws_cloudfront_distribution.site.ordered_cache_behavior : behavior.path_pattern] == ["/api/*", "/assets/*"]
    error_message = "The API and the assets come before the default behavior (RT-001)."
  }

  assert {
    condition     = aws_cloudfront_distribution.site.ordered_cache_behavior[0].cache_policy_id == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" # CachingDisabled
    error_message = "An answer of the API belongs to one captain."
  }

  assert {
    condition     = aws_cloudfront_distribution.site.ordered_cache_behavior[0].origin_request_policy_id == "b689b0a8-53d0-40ab-baf2-68738e2966ac" # AllViewerExceptHostHeader
    error_message = "Cookies reach the API (AG-005), the viewer's Host does not (AG-001)."
  }

  assert {
    condition     = aws_cloudfront_distribution.site.ordered_cache_behavior[0].viewer_protocol_policy == "https-only"
    error_message = "A password never travels in the clear."
  }

  assert {
    condition     = length(aws_cloudfront_distribution.site.ordered_cache_behavior[0].allowed_methods) == 7
    error_message = "A wrong method is the function's to answer, with 405."
  }

  # Assets start no function.
  assert {
    condition     = length(aws_cloudfront_distribution.site.ordered_cache_behavior[1].lambda_function_association) == 0
    error_message = "An asset is the same for everybody: no invocation for it."
  }

  assert {
    condition     = aws_cloudfront_distribution.site.ordered_cache_behavior[1].target_origin_id == "site" && aws_cloudfront_distribution.site.ordered_cache_behavior[1].compress
    error_message = "Assets come from the bucket, compressed."
  }

  # Origins are reached by HTTPS.
  assert {
    condition = [
      for origin in aws_cloudfront_distribution.site.origin :
      [origin.origin_path, origin.custom_origin_config[0].origin_protocol_policy, tolist(origin.custom_origin_config[0].origin_ssl_protocols)]
      if origin.origin_id == "api"
    ] == [["/prod", "https-only", tolist(["TLSv1.2"])]]
    error_message = "The API is reached at its stage, by TLS 1.2 alone (AG-002, AG-003)."
  }

  assert {
    condition = [
      for origin in aws_cloudfront_distribution.site.origin : origin.origin_access_control_id if origin.origin_id == "site"
    ] == [aws_cloudfront_origin_access_control.site.id]
    error_message = "The bucket is reached with origin access control."
  }

  # Only 403 has an error page.
  assert {
    condition = [
      for page in aws_cloudfront_distribution.site.custom_error_response :
      "${page.error_code} ${page.response_code} ${page.response_page_path}"
    ] == ["403 403 /error.html"]
    error_message = "A page for another code would hide the API's errors (ER-010); home.html would be shown without a session (ER-013)."
  }

  # Every behavior sends the security headers.
  assert {
    condition = alltrue([
      for behavior in concat(
        aws_cloudfront_distribution.site.ordered_cache_behavior[*].response_headers_policy_id,
        aws_cloudfront_distribution.site.default_cache_behavior[*].response_headers_policy_id,
      ) : behavior == aws_cloudfront_response_headers_policy.security.id
    ])
    error_message = "Pages and API send the same security headers."
  }

  assert {
    condition     = !strcontains(local.content_security_policy, "unsafe") && !strcontains(local.content_security_policy, "http")
    error_message = "Neither inline code nor other hosts."
  }

  assert {
    condition     = startswith(local.content_security_policy, "default-src 'none'; ")
    error_message = "What is not named is forbidden."
  }

  assert {
    condition = alltrue([
      for headers in aws_cloudfront_response_headers_policy.security.security_headers_config :
      headers.content_security_policy[0].override && headers.content_type_options[0].override
      && headers.frame_options[0].frame_option == "DENY" && headers.frame_options[0].override
      && headers.referrer_policy[0].referrer_policy == "same-origin" && headers.referrer_policy[0].override
      && headers.strict_transport_security[0].access_control_max_age_sec >= 31536000
    ])
    error_message = "No origin can weaken the security headers (RH-001)."
  }

  # The name leads to the distribution.
  assert {
    condition     = toset(aws_cloudfront_distribution.site.aliases) == toset(["logs.example.com"])
    error_message = "The distribution answers to logs. of the domain."
  }

  assert {
    condition = toset([for record in aws_route53_record.site : "${record.type} ${record.name} ${record.alias[0].name}"]) == toset([
      for type in ["A", "AAAA"] : "${type} logs.example.com ${aws_cloudfront_distribution.site.domain_name}"
    ])
    error_message = "IPv4 and IPv6 both lead there."
  }

  assert {
    condition     = aws_cloudfront_distribution.site.viewer_certificate[0].minimum_protocol_version == "TLSv1.2_2021"
    error_message = "Old TLS is refused."
  }
}
