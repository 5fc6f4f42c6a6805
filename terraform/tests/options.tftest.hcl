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
      && length(aws_wafv2_web_acl.site) == 0
      && length(aws_cloudwatch_log_delivery.cloudfront) == 0
      && length(aws_cloudwatch_metric_alarm.site) == 0
      && length(aws_cloudwatch_metric_alarm.certificate) == 0
      && length(aws_cloudfront_monitoring_subscription.site) == 0
      && length(aws_sns_topic.alarms) == 0
      && length(aws_cloudwatch_dashboard.site) == 0
      && length(aws_scheduler_schedule.edge_log_retention) == 0
      && !aws_api_gateway_stage.prod.xray_tracing_enabled
      && alltrue([for function in aws_lambda_function.api : length(function.tracing_config) == 0])
      && alltrue([for method in aws_api_gateway_method.function : !method.api_key_required])
      && alltrue(flatten([for origin in aws_cloudfront_distribution.site.origin : length(origin.custom_header) == 0]))
    )
    error_message = "Nothing is made unless it is asked for."
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

run "with_keys_the_api_answers_cloudfront_alone_and_believes_the_address_it_saw" {
  variables {
    api_keys                = ["2026-12", "2026-11"]
    limit_logins_by_address = true
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

run "the_address_is_not_believed_while_the_side_door_is_open" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    limit_logins_by_address = true
  }

  expect_failures = [var.limit_logins_by_address]
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

run "a_zone_a_boundary_and_reserved_concurrency_are_handed_on" {
  command = plan

  variables {
    permissions_boundary       = "arn:aws:iam::123456789012:policy/boundary"
    login_reserved_concurrency = 5
    zone                       = "sites.example.com"
    site_host                  = "log.sites.example.com"
    certificate_arn            = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-1111-1111-1111-111111111111"
  }

  assert {
    condition     = data.aws_route53_zone.domain[0].name == "sites.example.com"
    error_message = "The zone that was given."
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

run "the_web_acl_counts_first_and_limits_log_ins" {
  command = plan # to apply a web ACL takes seconds

  variables {
    web_acl                     = "count"
    web_acl_logins_in_5_minutes = 50
  }

  override_resource {
    target          = aws_wafv2_web_acl.site
    override_during = plan
    values          = { arn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/made-up" }
  }

  assert {
    condition = (
      aws_cloudfront_distribution.site.web_acl_id == aws_wafv2_web_acl.site[0].arn
      && aws_wafv2_web_acl.site[0].scope == "CLOUDFRONT"
    )
    error_message = "The web ACL looks at what comes to the distribution."
  }

  assert {
    condition = [
      for rule in aws_wafv2_web_acl.site[0].rule : [
        rule.statement[0].rate_based_statement[0].limit,
        rule.action[0].block[0].custom_response[0].response_code,
        rule.action[0].block[0].custom_response[0].custom_response_body_key,
      ] if length(rule.action) > 0
    ] == [[50, 429, "too_many_attempts"]]
    error_message = "Only log-ins are refused, with 429 and never with 403 (ER-010)."
  }

  assert {
    condition     = length(flatten([for rule in aws_wafv2_web_acl.site[0].rule : [for action in rule.override_action : action.count]])) == 3
    error_message = "The managed groups count."
  }
}

run "the_web_acl_answers_in_the_apis_shape" {
  command = plan

  variables {
    web_acl = "block"
  }

  assert {
    condition = {
      for rule in aws_wafv2_web_acl.site[0].rule : rule.name => rule.action[0].block[0].custom_response[0].response_code if length(rule.action) > 0
      } == {
      "log-ins"                                      = 429
      "AWSManagedRulesAmazonIpReputationList-blocks" = 400
      "AWSManagedRulesKnownBadInputsRuleSet-blocks"  = 400
    }
    error_message = "What is refused is refused by rules of ours, never with 403 (ER-010)."
  }

  assert {
    condition = alltrue([
      for body in aws_wafv2_web_acl.site[0].custom_response_body : keys(jsondecode(body.content)) == ["error"] && keys(jsondecode(body.content).error) == ["code", "message"]
    ])
    error_message = "Refusals have the API's shape."
  }

  assert {
    condition     = length(distinct([for rule in aws_wafv2_web_acl.site[0].rule : rule.priority])) == 6
    error_message = "No two rules share a priority, and a group labels before its rule blocks."
  }
}

run "what_happens_is_seen_and_told" {
  variables {
    access_logs        = true
    alarms             = { emails = ["q@example.com"] }
    edge_log_retention = true
    tracing            = true
  }

  assert {
    condition = (
      aws_cloudwatch_log_delivery_source.cloudfront[0].resource_arn == aws_cloudfront_distribution.site.arn
      && !anytrue([for field in aws_cloudwatch_log_delivery.cloudfront[0].record_fields : can(regex("(?i)cookie|query|referer", field))])
      && contains(aws_cloudwatch_log_delivery.cloudfront[0].record_fields, "c-ip")
    )
    error_message = "CloudFront's log has the viewer's address, and neither cookies nor queries."
  }

  assert {
    condition = toset(keys(aws_cloudwatch_metric_alarm.site)) == toset([
      "errors", "unavailable", "edge-errors", "function-errors", "throttles", "log-ins-refused",
    ]) && aws_cloudwatch_metric_alarm.certificate[0].dimensions.CertificateArn == local.certificate_arn
    error_message = "An alarm for each that somebody must hear of."
  }

  assert {
    condition = aws_cloudfront_monitoring_subscription.site[0].distribution_id == aws_cloudfront_distribution.site.id && [
      for query in aws_cloudwatch_metric_alarm.site["unavailable"].metric_query : [for metric in query.metric : metric.metric_name] if query.id == "m0"
    ] == [["503ErrorRate"]]
    error_message = "503s have an alarm of their own, and CloudFront counts them."
  }

  assert {
    condition = alltrue([
      for alarm in concat(values(aws_cloudwatch_metric_alarm.site), aws_cloudwatch_metric_alarm.certificate) : toset(alarm.alarm_actions) == toset([aws_sns_topic.alarms[0].arn])
    ]) && keys(aws_sns_topic_subscription.alarms) == ["q@example.com"]
    error_message = "Alarms are told."
  }

  assert {
    condition = alltrue([
      for alarm in aws_cloudwatch_metric_alarm.site : alltrue([
        for query in alarm.metric_query : strcontains(one([for total in alarm.metric_query : total.expression if total.id == "total"]), "FILL(${query.id}, 0)") if query.id != "total"
      ])
    ])
    error_message = "Each metric counts, and one without data counts as none."
  }

  assert {
    condition = (
      aws_lambda_function.edge_log_retention[0].environment[0].variables.LOG_GROUP == aws_cloudwatch_log_group.edge.name
      && aws_scheduler_schedule.edge_log_retention[0].target[0].arn == aws_lambda_function.edge_log_retention[0].arn
    )
    error_message = "The edge function's logs end in every Region."
  }

  assert {
    condition = alltrue([
      for name, function in aws_lambda_function.api : function.tracing_config[0].mode == "Active" && strcontains(aws_iam_role_policy.api[name].policy, "xray:PutTraceSegments")
    ]) && aws_api_gateway_stage.prod.xray_tracing_enabled
    error_message = "API and functions are traced."
  }
}
