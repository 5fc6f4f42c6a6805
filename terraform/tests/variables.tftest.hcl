# Values that variables.tf refuses, looked at alone, and values that the whole configuration takes or refuses.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  domain             = "example.com"
  lambdas_package    = "tests/fixtures/empty.zip"
  edge_package       = "tests/fixtures/empty.zip"
  frontend_directory = "tests/fixtures/site"
}

run "a_domain_with_a_scheme_is_refused" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domain = "https://example.com"
  }

  expect_failures = [var.domain]
}

run "a_domain_with_capitals_is_refused" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domain = "Example.com"
  }

  expect_failures = [var.domain]
}

run "a_domain_without_a_dot_is_refused" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    domain = "starfleet"
  }

  expect_failures = [var.domain]
}

run "a_session_without_length_is_refused" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    session_ttl_seconds = 0
  }

  expect_failures = [var.session_ttl_seconds]
}

run "a_session_for_ever_is_refused" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    session_ttl_seconds = 2592001
  }

  expect_failures = [var.session_ttl_seconds]
}

run "a_session_that_idles_longer_than_it_lasts_is_refused" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    session_ttl_seconds      = 3600
    session_absolute_seconds = 1800
  }

  expect_failures = [var.session_absolute_seconds]
}

run "a_session_that_lasts_for_ever_is_refused" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    session_absolute_seconds = 2592001
  }

  expect_failures = [var.session_absolute_seconds]
}

run "a_name_too_long_for_a_bucket_is_refused" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    name = "a-website-whose-name-would-not-fit-into-a-bucket"
  }

  expect_failures = [var.name]
}

run "a_page_of_unknown_type_is_refused" {
  command = plan

  variables {
    frontend_directory = "tests/fixtures/unknown"
  }

  expect_failures = [aws_s3_object.page["map.starchart"]]
}

run "the_real_pages_are_taken_at_a_domain_without_records" {
  command = plan

  variables {
    domain             = "starfleet.localhost"
    dns_records        = false
    frontend_directory = "../build/frontend"
  }

  assert {
    condition     = output.site_url == "https://logs.starfleet.localhost/"
    error_message = "The site is at logs. of the domain."
  }

  assert {
    condition     = length(aws_route53_record.site) == 0 && length(data.aws_route53_zone.domain) == 0
    error_message = "Neither records nor a look for the zone."
  }

  assert {
    condition     = alltrue([for page in ["home.html", "login.html", "error.html"] : contains(keys(aws_s3_object.page), page)])
    error_message = "The edge function and the distribution count on home.html, login.html and error.html."
  }
}
