# What is off by default, off and on.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  domain             = "example.com"
  lambdas_package    = "tests/fixtures/empty.zip"
  edge_package       = "tests/fixtures/empty.zip"
  frontend_directory = "tests/fixtures/site"
}

run "everything_is_off_by_default" {
  command = plan

  assert {
    condition = (
      length(aws_api_gateway_api_key.cloudfront) == 0
      && length(aws_api_gateway_usage_plan.cloudfront) == 0
      && length(aws_cloudfront_origin_request_policy.api) == 0
      && alltrue([for method in aws_api_gateway_method.function : !method.api_key_required])
      && alltrue(flatten([for origin in aws_cloudfront_distribution.site.origin : length(origin.custom_header) == 0]))
    )
    error_message = "No key unless one is asked for."
  }

  assert {
    condition = (
      aws_lambda_function.api["login"].environment[0].variables.LIMIT_BY_ADDRESS == "false"
      && aws_lambda_function.api["login"].reserved_concurrent_executions == -1
    )
    error_message = "The viewer's address is not taken from what a viewer can write, and no concurrency is reserved."
  }

  assert {
    condition     = alltrue([for role in concat(values(aws_iam_role.api), [aws_iam_role.edge]) : role.permissions_boundary == null])
    error_message = "No boundary unless one is given."
  }
}

run "with_keys_the_api_answers_cloudfront_alone" {
  variables {
    api_keys = ["2026-12", "2026-11"]
  }

  assert {
    condition     = alltrue([for method in aws_api_gateway_method.function : method.api_key_required])
    error_message = "Every method needs the key."
  }

  assert {
    condition = flatten([
      for origin in aws_cloudfront_distribution.site.origin : [for header in origin.custom_header : "${origin.origin_id} ${header.name} ${header.value}"]
    ]) == ["api x-api-key ${aws_api_gateway_api_key.cloudfront["2026-12"].value}"]
    error_message = "CloudFront sends the first key, to the API alone."
  }

  assert {
    condition     = toset(keys(aws_api_gateway_usage_plan_key.cloudfront)) == toset(["2026-11", "2026-12"])
    error_message = "Both keys are valid while one replaces the other."
  }

  assert {
    condition     = aws_api_gateway_gateway_response.api["INVALID_API_KEY"].status_code == "404"
    error_message = "The side door looks as if there were none, and never answers 403 (ER-010)."
  }
}

run "three_keys_are_refused" {
  command = plan

  variables {
    api_keys = ["a", "b", "c"]
  }

  expect_failures = [var.api_keys]
}

run "one_key_twice_is_refused" {
  command = plan

  variables {
    api_keys = ["a", "a"]
  }

  expect_failures = [var.api_keys]
}

run "the_address_is_not_believed_while_the_side_door_is_open" {
  command = plan

  variables {
    limit_logins_by_address = true
  }

  expect_failures = [var.limit_logins_by_address]
}

run "the_address_comes_from_cloudfront" {
  command = plan

  variables {
    api_keys                = ["2026-11"]
    limit_logins_by_address = true
  }

  assert {
    condition = toset(one(aws_cloudfront_origin_request_policy.api[0].headers_config[0].headers).items) == toset([
      "CloudFront-Viewer-Address", "Content-Type", "Idempotency-Key", "Sec-Fetch-Site",
    ])
    error_message = "The API gets what it reads, and the address that CloudFront saw."
  }

  assert {
    condition     = aws_lambda_function.api["login"].environment[0].variables.LIMIT_BY_ADDRESS == "true"
    error_message = "The function is told."
  }
}

run "a_stack_stands_beside_another" {
  command = plan

  variables {
    name                = "staging-website"
    environment         = "staging"
    owner               = "fleet operations"
    site_host           = "staging.example.com"
    allowed_account_ids = ["123456789012"]
    certificate_arn     = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-1111-1111-1111-111111111111"
  }

  assert {
    condition     = toset(aws_cloudfront_distribution.site.aliases) == toset(["staging.example.com"]) && output.site_url == "https://staging.example.com/"
    error_message = "The site has the name that was given."
  }

  assert {
    condition     = aws_cloudfront_distribution.site.viewer_certificate[0].acm_certificate_arn == var.certificate_arn && length(data.aws_acm_certificate.wildcard) == 0
    error_message = "A certificate that is given is not looked for."
  }

  assert {
    condition     = alltrue([for record in aws_route53_record.site : record.name == "staging.example.com"]) && data.aws_route53_zone.domain[0].name == "example.com"
    error_message = "Its record lies in the domain's zone."
  }
}

run "a_zone_below_the_domain_is_used" {
  command = plan

  variables {
    zone      = "sites.example.com"
    site_host = "log.sites.example.com"
  }

  assert {
    condition     = data.aws_route53_zone.domain[0].name == "sites.example.com"
    error_message = "The zone that was given."
  }
}

run "a_certificate_of_another_region_is_refused" {
  command = plan

  variables {
    certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-1111-1111-1111-111111111111"
  }

  expect_failures = [var.certificate_arn]
}

run "a_site_outside_the_domain_is_refused" {
  command = plan

  variables {
    site_host = "logs.example.net"
  }

  expect_failures = [var.site_host]
}

run "a_zone_with_a_scheme_is_refused" {
  command = plan

  variables {
    zone = "https://example.com"
  }

  expect_failures = [var.zone]
}

run "an_account_that_is_no_number_is_refused" {
  command = plan

  variables {
    allowed_account_ids = ["starfleet"]
  }

  expect_failures = [var.allowed_account_ids]
}

run "an_environment_with_capitals_is_refused" {
  command = plan

  variables {
    environment = "Prod"
  }

  expect_failures = [var.environment]
}

run "an_owner_that_no_tag_can_hold_is_refused" {
  command = plan

  variables {
    owner = "<script>"
  }

  expect_failures = [var.owner]
}

run "no_concurrency_at_all_is_refused" {
  command = plan

  variables {
    login_reserved_concurrency = 0
  }

  expect_failures = [var.login_reserved_concurrency]
}

run "a_boundary_and_reserved_concurrency_are_handed_on" {
  command = plan

  variables {
    permissions_boundary       = "arn:aws:iam::123456789012:policy/boundary"
    login_reserved_concurrency = 5
  }

  assert {
    condition     = alltrue([for role in concat(values(aws_iam_role.api), [aws_iam_role.edge]) : role.permissions_boundary == var.permissions_boundary])
    error_message = "Every role is bounded."
  }

  assert {
    condition = { for name, function in aws_lambda_function.api : name => function.reserved_concurrent_executions } == {
      login = 5, logout = -1, logs = -1, session = -1
    }
    error_message = "Log-ins alone are bounded."
  }
}

run "a_boundary_that_is_no_policy_is_refused" {
  command = plan

  variables {
    permissions_boundary = "boundary"
  }

  expect_failures = [var.permissions_boundary]
}
