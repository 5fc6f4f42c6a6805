# The API has a public name of its own besides CloudFront's. An API key that only CloudFront sends prevents
# its direct use. The key authenticates no user: that is what sessions are for. It ensures that CloudFront's
# headers, limits and web ACL cannot be bypassed.
#
# The keys' values are in Terraform's state, like the rest of CloudFront's configuration. To rotate a key,
# append the new one and apply, swap the two and apply, and remove the old one once the distribution is
# deployed.
# Source: API Gateway Developer Guide, "Usage plans and API keys for REST APIs in API Gateway".
resource "aws_api_gateway_api_key" "cloudfront" {
  for_each = toset(var.api_keys)

  name        = "${var.name}-${each.key}"
  description = "Sent by CloudFront with each request to the API."
}

resource "aws_api_gateway_usage_plan" "cloudfront" {
  count = length(var.api_keys) > 0 ? 1 : 0

  name        = "${var.name}-cloudfront"
  description = "What the keys of CloudFront are good for."

  api_stages {
    api_id = aws_api_gateway_rest_api.api.id
    stage  = aws_api_gateway_stage.prod.stage_name
  }
}

resource "aws_api_gateway_usage_plan_key" "cloudfront" {
  for_each = toset(var.api_keys)

  key_id        = aws_api_gateway_api_key.cloudfront[each.key].id
  key_type      = "API_KEY"
  usage_plan_id = aws_api_gateway_usage_plan.cloudfront[0].id
}

# The headers that the API reads, and the viewer's address; a managed policy would send all others as well.
# Source: CloudFront Developer Guide, "Add CloudFront request headers".
resource "aws_cloudfront_origin_request_policy" "api" {
  count = var.limit_logins_by_address ? 1 : 0

  name    = "${var.name}-api"
  comment = "What the API reads of a request, and who asks."

  cookies_config {
    cookie_behavior = "whitelist"

    cookies {
      items = ["__Host-session-id", "session-id"]
    }
  }

  headers_config {
    header_behavior = "whitelist"

    headers {
      items = ["CloudFront-Viewer-Address", "Content-Type", "Idempotency-Key", "Sec-Fetch-Site"]
    }
  }

  query_strings_config {
    query_string_behavior = "whitelist"

    query_strings {
      items = ["cursor", "everywhere", "include", "limit"]
    }
  }
}
