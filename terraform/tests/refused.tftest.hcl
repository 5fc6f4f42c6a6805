# What the options refuse: variables.tf alone, as each run plans everything anew, which takes half a second.
variables {
  domain             = "example.com"
  lambdas_package    = "tests/fixtures/empty.zip"
  edge_package       = "tests/fixtures/empty.zip"
  frontend_directory = "tests/fixtures/site"
}

run "what_no_resource_could_take_is_refused" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    api_keys                    = ["a", "b", "c"]
    certificate_arn             = "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-1111-1111-1111-111111111111"
    allowed_account_ids         = ["starfleet"]
    environment                 = "Prod"
    owner                       = "<script>"
    login_reserved_concurrency  = 0
    permissions_boundary        = "boundary"
    web_acl                     = "on"
    web_acl_logins_in_5_minutes = 9
    alarms                      = { emails = ["nobody"] }
  }

  expect_failures = [
    var.api_keys, var.certificate_arn, var.allowed_account_ids, var.environment, var.owner,
    var.login_reserved_concurrency, var.permissions_boundary, var.web_acl, var.web_acl_logins_in_5_minutes,
    var.alarms,
  ]
}

run "what_would_not_work_together_is_refused" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    api_keys = ["a", "a"]          # one key
    zone     = "other.example.com" # without the site
  }

  expect_failures = [var.api_keys, var.zone]
}

run "a_site_outside_the_domain_is_refused" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    site_host = "logs.example.net"
  }

  expect_failures = [var.site_host]
}

run "a_zone_with_a_scheme_is_refused" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    zone = "https://example.com"
  }

  expect_failures = [var.zone]
}

run "a_name_that_the_wildcard_does_not_cover_needs_a_certificate" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    site_host = "log.sites.example.com"
  }

  expect_failures = [var.site_host]
}
