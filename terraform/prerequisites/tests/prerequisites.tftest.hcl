mock_provider "aws" {
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
