# API Gateway's own responses, in the format of the functions' errors. Never 403: CloudFront would replace it
# with the site's error page (ER-010).
locals {
  gateway_responses = {
    # API Gateway's response type for an unknown path.
    MISSING_AUTHENTICATION_TOKEN = { status = 404, code = "not_found", message = "There is nothing at this path." }
    RESOURCE_NOT_FOUND           = { status = 404, code = "not_found", message = "There is nothing at this path." }

    # A request that bypasses CloudFront: respond as if there were no API.
    INVALID_API_KEY = { status = 404, code = "not_found", message = "There is nothing at this path." }

    REQUEST_TOO_LARGE = { status = 413, code = "too_large", message = "The request is too large." }

    UNSUPPORTED_MEDIA_TYPE = { status = 415, code = "not_json", message = "Send JSON, as application/json." }

    THROTTLED = {
      status = 429, code = "too_many_attempts", message = "Too many requests. Try again in a moment.", retry_after_seconds = 1
    }
    INTEGRATION_FAILURE = {
      status = 503, code = "try_later", message = "The ship's computer is busy. Try again in a moment.", retry_after_seconds = 5
    }
    INTEGRATION_TIMEOUT = {
      status = 503, code = "try_later", message = "The ship's computer is busy. Try again in a moment.", retry_after_seconds = 5
    }

    # A default's status replaces that of every type not listed here, so that none of them is 403
    # (ACCESS_DENIED, EXPIRED_TOKEN, INVALID_API_KEY, INVALID_SIGNATURE, WAF_FILTERED).
    # Source: API Gateway Developer Guide, "Gateway response types for API Gateway".
    DEFAULT_4XX = { status = 400, code = "bad_request", message = "The request could not be understood." }
    DEFAULT_5XX = { status = 500, code = "internal_error", message = "Something went wrong on our side." }
  }
}

resource "aws_api_gateway_gateway_response" "api" {
  for_each = local.gateway_responses

  rest_api_id   = aws_api_gateway_rest_api.api.id
  response_type = each.key
  status_code   = each.value.status

  response_templates = {
    "application/json" = jsonencode({ error = { code = each.value.code, message = each.value.message } })
  }

  response_parameters = merge(
    { "gatewayresponse.header.Cache-Control" = "'no-store'" },
    try({ "gatewayresponse.header.Retry-After" = "'${each.value.retry_after_seconds}'" }, {}),
  )
}
