# The web ACL, which refuses requests before a function runs. Start with `count`, which only counts what AWS's
# managed rule groups would refuse, and look at the metrics before you choose `block`. Both limit log-ins.
#
# A managed group blocks with 403, which CloudFront would replace with the site's error page, also for the API
# (ER-010). So each group only labels requests, and a rule of our own responds in the API's format.
# Source: AWS WAF Developer Guide, "Web request labels in AWS WAF" and "Custom web requests and responses".
locals {
  managed_groups = {
    # Its body rules would match prose in a captain's log, so it only counts.
    AWSManagedRulesCommonRuleSet = { priority = 30, blocks = null }

    # By AWS's default, its other lists only count.
    AWSManagedRulesAmazonIpReputationList = {
      priority = 10, blocks = { scope = "LABEL", key = "awswaf:managed:aws:amazon-ip-list:AWSManagedIPReputationList" }
    }

    AWSManagedRulesKnownBadInputsRuleSet = {
      priority = 20, blocks = { scope = "NAMESPACE", key = "awswaf:managed:aws:known-bad-inputs:" }
    }
  }

  blocking_groups = { for name, group in local.managed_groups : name => group if group.blocks != null && var.web_acl == "block" }
}

resource "aws_wafv2_web_acl" "site" {
  count = var.web_acl == "off" ? 0 : 1

  name        = var.name
  description = "What is refused before it costs a function."
  scope       = "CLOUDFRONT"

  default_action {
    allow {}
  }

  custom_response_body {
    key          = "too_many_attempts"
    content_type = "APPLICATION_JSON"
    content      = jsonencode({ error = { code = "too_many_attempts", message = "Too many attempts. Wait, then try again." } })
  }

  custom_response_body {
    key          = "bad_request"
    content_type = "APPLICATION_JSON"
    content      = jsonencode({ error = { code = "bad_request", message = "The request could not be understood." } })
  }

  # By address: one address with many names is stopped here, many addresses with one name in the function.
  rule {
    name     = "log-ins"
    priority = 0

    action {
      block {
        custom_response {
          response_code            = 429
          custom_response_body_key = "too_many_attempts"

          response_header {
            name  = "Retry-After"
            value = "300"
          }

          response_header {
            name  = "Cache-Control"
            value = "no-store"
          }
        }
      }
    }

    statement {
      rate_based_statement {
        limit                 = var.web_acl_logins_in_5_minutes
        evaluation_window_sec = 300
        aggregate_key_type    = "IP"

        scope_down_statement {
          byte_match_statement {
            search_string         = "/api/login"
            positional_constraint = "STARTS_WITH"

            field_to_match {
              uri_path {}
            }

            # API Gateway decodes a path before it routes it.
            text_transformation {
              priority = 0
              type     = "URL_DECODE"
            }

            text_transformation {
              priority = 1
              type     = "NORMALIZE_PATH"
            }
          }
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.name}-log-ins"
      sampled_requests_enabled   = false # samples would show cookies in the console
    }
  }

  dynamic "rule" {
    # Terraform validates the rules of a web ACL that is off too, and takes long for those it knows.
    for_each = { for name, group in local.managed_groups : name => group if var.web_acl != "off" }

    content {
      name     = rule.key
      priority = rule.value.priority

      override_action {
        count {}
      }

      statement {
        managed_rule_group_statement {
          vendor_name = "AWS"
          name        = rule.key
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "${var.name}-${rule.key}"
        sampled_requests_enabled   = false
      }
    }
  }

  dynamic "rule" {
    for_each = local.blocking_groups

    content {
      name     = "${rule.key}-blocks"
      priority = rule.value.priority + 1

      action {
        block {
          custom_response {
            response_code            = 400
            custom_response_body_key = "bad_request"
          }
        }
      }

      statement {
        label_match_statement {
          scope = rule.value.blocks.scope
          key   = rule.value.blocks.key
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "${var.name}-${rule.key}-blocks"
        sampled_requests_enabled   = false
      }
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = var.name
    sampled_requests_enabled   = false
  }
}
