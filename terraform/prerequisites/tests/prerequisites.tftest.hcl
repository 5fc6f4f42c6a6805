mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_route53_zone" {
    defaults = { zone_id = "Z0123456789" }
  }

  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::123456789012:policy/made-up" }
  }

  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/made-up" }
  }

  mock_resource "aws_acm_certificate" {
    defaults = {
      domain_validation_options = [{
        domain_name           = "*.example.com"
        resource_record_name  = "_made-up.example.com."
        resource_record_type  = "CNAME"
        resource_record_value = "_made-up.acm-validations.aws."
      }]
    }
  }
}

variables {
  domain = "example.com"
}

run "an_account_with_nothing_gets_everything" {
  command = plan # what is never destroyed would outlive the test

  variables {
    create_zone = true
  }

  assert {
    condition     = aws_acm_certificate.wildcard.domain_name == "*.example.com" && aws_acm_certificate.wildcard.validation_method == "DNS"
    error_message = "The application looks for the wildcard certificate."
  }

  assert {
    condition     = length(aws_route53_zone.domain) == 1 && length(aws_api_gateway_account.current) == 1
    error_message = "Zone and logging role are made where they are asked for."
  }

  assert {
    condition     = aws_route53_record.validation.allow_overwrite
    error_message = "Another stack of the domain may have made the same record."
  }
}

run "the_zone_is_made_only_where_it_is_asked_for" {
  command = plan

  assert {
    condition     = length(aws_route53_zone.domain) == 0
    error_message = "A second zone of the same name would answer nobody."
  }
}

run "an_existing_zone_and_role_are_left_alone" {
  command = plan

  variables {
    create_zone         = false
    create_logging_role = false
  }

  assert {
    condition     = length(aws_route53_zone.domain) == 0 && length(aws_api_gateway_account.current) == 0
    error_message = "What exists is used, not made again."
  }
}

run "nothing_of_promotion_is_made_unasked" {
  command = plan

  assert {
    condition = (
      length(aws_s3_bucket.promotion) == 0 && length(aws_iam_role.deploy) == 0
      && length(aws_iam_openid_connect_provider.github) == 0 && length(aws_budgets_budget.account) == 0
    )
    error_message = "Buckets, roles and a budget are options."
  }
}

run "a_pipeline_gets_a_role_for_each_environment" {
  command = plan # what is never destroyed would outlive the test

  variables {
    create_promotion    = true
    github_repository   = "starfleet/captains-log"
    github_environments = { prod = "log-prod", staging = "log-staging" }
    budget              = { dollars_a_month = 20, emails = ["q@example.com"] }
  }

  override_resource {
    target          = aws_iam_openid_connect_provider.github
    override_during = plan
    values          = { arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
  }

  assert {
    condition = {
      for environment, role in aws_iam_role.deploy : environment => jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"]
      } == {
      prod    = "repo:starfleet/captains-log:environment:prod"
      staging = "repo:starfleet/captains-log:environment:staging"
    }
    error_message = "A job takes the role of its environment alone, and no pattern widens that."
  }

  assert {
    condition     = alltrue([for policy in concat(values(aws_iam_policy.deploy), values(aws_iam_policy.boundary), values(aws_iam_policy.plan)) : length(policy.policy) <= 6144])
    error_message = "IAM takes 6,144 characters a policy."
  }

  assert {
    condition = alltrue(flatten([
      for policy in values(aws_iam_policy.deploy) : [
        for statement in jsondecode(policy.policy).Statement : !contains(flatten([try(statement.Action, [])]), "*") && !contains([for action in flatten([try(statement.Action, [])]) : split(":", action)[1]], "*")
      ]
    ]))
    error_message = "No statement allows all of a service."
  }

  assert {
    condition = alltrue(flatten([
      for policy in values(aws_iam_policy.deploy) : [
        for statement in jsondecode(policy.policy).Statement : statement.Sid == "Look" if contains(flatten([try(statement.Resource, [])]), "*")
      ]
    ]))
    error_message = "Only looking is not bound to resources."
  }

  assert {
    condition = alltrue(flatten([
      for name, policy in aws_iam_policy.deploy : [
        for resource in flatten([for statement in jsondecode(policy.policy).Statement : flatten([statement.Resource]) if statement.Sid != "NotItself"]) :
        !strcontains(resource, startswith(name, "prod") ? "log-staging" : "log-prod")
      ]
    ]))
    error_message = "One environment's role touches nothing of the other's."
  }

  assert {
    condition = alltrue([
      for name, policy in aws_iam_policy.deploy : anytrue([
        for statement in jsondecode(policy.policy).Statement : endswith(statement.Condition.StringEquals["iam:PermissionsBoundary"], "-boundary") if statement.Sid == "MakeRoles"
      ]) if endswith(name, "functions")
    ])
    error_message = "Roles are made within the boundary alone."
  }

  assert {
    condition = jsondecode(aws_iam_role.plan["prod"].assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] == [
      "repo:starfleet/captains-log:pull_request", "repo:starfleet/captains-log:ref:refs/heads/main",
    ]
    error_message = "Pull requests and the daily look take the role that plans."
  }

  assert {
    condition = alltrue(flatten([
      for policy in values(aws_iam_policy.plan) : [
        for statement in jsondecode(policy.policy).Statement : [
          for action in statement.Action : can(regex("^[a-z0-9]+:(Get|GET|List|Describe)", action)) && !contains(["dynamodb:GetItem", "secretsmanager:GetSecretValue"], action)
        ]
      ]
    ]))
    error_message = "It reads, and neither passwords nor what captains wrote."
  }

  assert {
    condition     = length(jsondecode(aws_iam_policy.plan["prod"].policy).Statement) >= 10 && !strcontains(aws_iam_policy.plan["prod"].policy, "log-staging")
    error_message = "It reads what the deployment manages, of its own environment."
  }

  assert {
    condition     = alltrue([for versioning in aws_s3_bucket_versioning.promotion : versioning.versioning_configuration[0].status == "Enabled"])
    error_message = "State and releases keep their versions."
  }

  assert {
    condition     = aws_budgets_budget.account[0].limit_amount == "20" && length(aws_budgets_budget.account[0].notification) == 2
    error_message = "Somebody is told, before and after."
  }
}

run "what_cannot_be_is_refused" {
  command = plan

  variables {
    github_repository = "https://github.com/starfleet/captains-log"
    budget            = { dollars_a_month = 0, emails = [] }
    name              = "Log"
  }

  expect_failures = [var.github_repository, var.budget, var.name]
}

run "stacks_that_could_reach_each_other_are_refused" {
  command = plan

  variables {
    create_promotion    = true
    github_repository   = "starfleet/captains-log"
    github_environments = { prod = "log", staging = "log-staging" }
  }

  expect_failures = [var.github_environments]
}
