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

run "the_api_is_throttled_logged_without_bodies_and_answers_in_one_shape" {
  # Every function has its route.
  assert {
    condition = {
      for name, resource in aws_api_gateway_resource.function : name => resource.path_part
    } == { login = "login", logout = "logout", session = "session", logs = "logs" }
    error_message = "/api/login, /api/logout, /api/session and /api/logs."
  }

  assert {
    condition     = alltrue([for method in aws_api_gateway_method.function : method.http_method == "ANY"])
    error_message = "A wrong method is the function's to answer, with 405."
  }

  assert {
    condition = alltrue([
      for integration in aws_api_gateway_integration.function :
      integration.type == "AWS_PROXY" && integration.integration_http_method == "POST"
    ])
    error_message = "Lambda proxy integrations, which are always called by POST."
  }

  assert {
    condition = alltrue([
      for name, permission in aws_lambda_permission.api :
      permission.principal == "apigateway.amazonaws.com"
      && permission.source_arn == "arn:aws:execute-api:us-east-1:123456789012:madeup/prod/*/api/${name}"
    ])
    error_message = "Only this API, at this function's own path, may call the function."
  }

  assert {
    condition = alltrue([
      for name, alias in aws_lambda_alias.live :
      aws_api_gateway_integration.function[name].uri == alias.invoke_arn
      && aws_lambda_permission.api[name].qualifier == alias.name
      && alias.function_name == aws_lambda_function.api[name].function_name
    ])
    error_message = "The API calls the alias, and may call nothing else of the function."
  }

  assert {
    condition     = alltrue([for name, alias in aws_lambda_alias.live : aws_lambda_function.api[name].publish && alias.function_version == aws_lambda_function.api[name].version])
    error_message = "The alias points to the numbered version that was made with it, never to $LATEST."
  }

  # API Gateway never answers 403, and answers in the API's shape.
  assert {
    condition     = alltrue([for response in aws_api_gateway_gateway_response.api : response.status_code != null && response.status_code != "403"])
    error_message = "CloudFront would put the error page in place of a 403 (ER-010)."
  }

  assert {
    condition = alltrue([
      for type in ["DEFAULT_4XX", "DEFAULT_5XX"] : contains(keys(aws_api_gateway_gateway_response.api), type)
    ])
    error_message = "The defaults decide for all kinds that are not listed, some of which are 403."
  }

  assert {
    condition     = aws_api_gateway_gateway_response.api["MISSING_AUTHENTICATION_TOKEN"].status_code == "404"
    error_message = "An unknown path is a 404."
  }

  assert {
    condition = alltrue([
      for response in aws_api_gateway_gateway_response.api :
      can(regex("^[a-z_]+$", jsondecode(response.response_templates["application/json"]).error.code))
      && length(jsondecode(response.response_templates["application/json"]).error.message) > 0
    ])
    error_message = "The page reads error.code and error.message."
  }

  assert {
    condition = alltrue([
      for response in aws_api_gateway_gateway_response.api :
      contains(keys(response.response_parameters), "gatewayresponse.header.Retry-After")
      if contains(["429", "503"], response.status_code)
    ])
    error_message = "Who is told to come back is told when."
  }

  # Requests are throttled, and logged without bodies.
  assert {
    condition     = aws_api_gateway_method_settings.all.method_path == "*/*" && aws_api_gateway_method_settings.all.settings[0].throttling_rate_limit > 0
    error_message = "All methods are throttled."
  }

  assert {
    condition     = !aws_api_gateway_method_settings.all.settings[0].data_trace_enabled
    error_message = "Data traces would log passwords."
  }

  assert {
    condition     = !can(regex("(?i)cookie|header|query|requestbody", aws_api_gateway_stage.prod.access_log_settings[0].format))
    error_message = "The access log holds no header, query string or body."
  }

  assert {
    condition     = aws_cloudwatch_log_group.access.retention_in_days > 0
    error_message = "Access logs are not kept for ever."
  }
}
