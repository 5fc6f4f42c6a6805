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

run "every_function_may_do_what_it_needs_and_no_more" {
  # Grants as "action resource", which read as sentences when a comparison fails.
  assert {
    condition = {
      for name, policy in aws_iam_role_policy.api : name => toset(flatten([
        for statement in jsondecode(policy.policy).Statement : [
          for action in statement.Action : "${action} ${statement.Resource}"
        ] if !strcontains(statement.Action[0], "logs:")
      ]))
      } == {
      login = toset([
        "secretsmanager:GetSecretValue arn:aws:secretsmanager:us-east-1:123456789012:secret:my-serverless-website/captains/*",
        "dynamodb:DeleteItem ${aws_dynamodb_table.login_attempts.arn}",
        "dynamodb:UpdateItem ${aws_dynamodb_table.login_attempts.arn}",
        "dynamodb:PutItem ${aws_dynamodb_table.sessions.arn}",
      ])
      logout = toset([
        "dynamodb:DeleteItem ${aws_dynamodb_table.sessions.arn}",
        "dynamodb:GetItem ${aws_dynamodb_table.sessions.arn}",
        "dynamodb:Query ${aws_dynamodb_table.sessions.arn}/index/by-user",
      ])
      session = toset([
        "dynamodb:GetItem ${aws_dynamodb_table.sessions.arn}",
        "dynamodb:UpdateItem ${aws_dynamodb_table.sessions.arn}",
      ])
      logs = toset([
        "dynamodb:GetItem ${aws_dynamodb_table.sessions.arn}",
        "dynamodb:UpdateItem ${aws_dynamodb_table.sessions.arn}",
        "dynamodb:GetItem ${aws_dynamodb_table.logs.arn}",
        "dynamodb:PutItem ${aws_dynamodb_table.logs.arn}",
        "dynamodb:Query ${aws_dynamodb_table.logs.arn}",
      ])
    }
    error_message = "A grant was added, widened or lost: change it here too if that is meant."
  }

  assert {
    condition = alltrue(flatten([
      for policy in concat(values(aws_iam_role_policy.api), [aws_iam_role_policy.edge]) : [
        for statement in jsondecode(policy.policy).Statement : [
          for entry in concat(flatten([statement.Action]), flatten([statement.Resource])) : entry != "*" && !endswith(entry, ":*:*")
        ]
      ]
    ]))
    error_message = "No policy may name all actions or all resources."
  }

  assert {
    condition     = alltrue([for name, function in aws_lambda_function.api : function.role == aws_iam_role.api[name].arn])
    error_message = "Each function has its own role."
  }

  # Functions are told only what they need.
  assert {
    condition = { for name, function in aws_lambda_function.api : name => toset(keys(function.environment[0].variables)) } == {
      login   = toset(["LIMIT_BY_ADDRESS", "LOGIN_ATTEMPTS_TABLE", "SECRET_PREFIX", "SESSIONS_TABLE", "SESSION_TTL_SECONDS", "SESSION_ABSOLUTE_SECONDS"])
      logout  = toset(["SESSIONS_TABLE"])
      session = toset(["SESSIONS_TABLE", "SESSION_TTL_SECONDS", "SESSION_ABSOLUTE_SECONDS"])
      logs    = toset(["LOGS_TABLE", "SESSIONS_TABLE", "SESSION_TTL_SECONDS", "SESSION_ABSOLUTE_SECONDS"])
    }
    error_message = "The functions read these settings."
  }

  assert {
    condition = alltrue([
      for name in ["login", "logs", "session"] :
      aws_lambda_function.api[name].environment[0].variables.SESSION_TTL_SECONDS == "1800"
      && aws_lambda_function.api[name].environment[0].variables.SESSION_ABSOLUTE_SECONDS == "43200"
    ])
    error_message = "By default a session idles for half an hour and lasts for twelve."
  }

  assert {
    condition = alltrue([
      for group in concat(values(aws_cloudwatch_log_group.api), [aws_cloudwatch_log_group.edge]) : group.retention_in_days == 30
    ])
    error_message = "Logs are not kept for ever."
  }

  # The edge function is one that CloudFront takes.
  assert {
    condition     = aws_lambda_function.edge.publish
    error_message = "CloudFront takes numbered versions alone (LA-001)."
  }

  assert {
    condition     = length(aws_lambda_function.edge.environment) == 0
    error_message = "An edge function has no environment variables (LA-006)."
  }

  assert {
    condition     = toset(aws_lambda_function.edge.architectures) == toset(["x86_64"]) && aws_lambda_function.edge.memory_size == 128 && aws_lambda_function.edge.timeout <= 5
    error_message = "x86_64 (LA-007), 128 MB (LA-019), at most 5 s (LA-017)."
  }

  assert {
    condition = toset(jsondecode(aws_iam_role.edge.assume_role_policy).Statement[0].Principal.Service) == toset([
      "edgelambda.amazonaws.com", "lambda.amazonaws.com",
    ])
    error_message = "Both Lambda and Lambda@Edge must be able to take the role (LA-003)."
  }

  assert {
    condition = [
      for statement in jsondecode(aws_iam_role_policy.edge.policy).Statement : "${statement.Action} ${statement.Resource}"
      if statement.Sid == "FindSession"
    ] == ["dynamodb:GetItem ${aws_dynamodb_table.sessions.arn}"]
    error_message = "It reads single sessions, and no more."
  }

  assert {
    condition     = aws_lambda_function.edge.function_name == "my-serverless-website-edge" && aws_dynamodb_table.sessions.name == "my-serverless-website-sessions"
    error_message = "It makes the table's name from its own: NAME-edge and NAME-sessions."
  }
}
