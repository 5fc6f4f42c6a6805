locals {
  # Each function's environment variables and permissions, besides writing its own log.
  functions = {
    login = {
      memory_mb = 1024 # CPU is proportional to memory: at 256 MB a password hash takes seconds
      environment = {
        LIMIT_BY_ADDRESS         = tostring(var.limit_logins_by_address)
        LOGIN_ATTEMPTS_TABLE     = aws_dynamodb_table.login_attempts.name
        SECRET_PREFIX            = local.secret_prefix
        SESSIONS_TABLE           = aws_dynamodb_table.sessions.name
        SESSION_TTL_SECONDS      = tostring(var.session_ttl_seconds)
        SESSION_ABSOLUTE_SECONDS = tostring(var.session_absolute_seconds)
      }
      grants = [
        {
          # By prefix, not by captain: for an unknown name the function must get "not found", not "denied".
          actions  = ["secretsmanager:GetSecretValue"]
          resource = "arn:aws:secretsmanager:${local.region}:${local.account}:secret:${local.secret_prefix}*"
        },
        {
          actions  = ["dynamodb:DeleteItem", "dynamodb:UpdateItem"]
          resource = aws_dynamodb_table.login_attempts.arn
        },
        {
          actions  = ["dynamodb:PutItem"]
          resource = aws_dynamodb_table.sessions.arn
        },
      ]
    }

    logout = {
      memory_mb   = 256
      environment = { SESSIONS_TABLE = aws_dynamodb_table.sessions.name }
      grants = [
        {
          actions  = ["dynamodb:DeleteItem", "dynamodb:GetItem"]
          resource = aws_dynamodb_table.sessions.arn
        },
        {
          actions  = ["dynamodb:Query"]
          resource = "${aws_dynamodb_table.sessions.arn}/index/by-user"
        },
      ]
    }

    session = {
      memory_mb = 256
      environment = {
        SESSIONS_TABLE           = aws_dynamodb_table.sessions.name
        SESSION_TTL_SECONDS      = tostring(var.session_ttl_seconds)
        SESSION_ABSOLUTE_SECONDS = tostring(var.session_absolute_seconds)
      }
      grants = [{
        actions  = ["dynamodb:GetItem", "dynamodb:UpdateItem"]
        resource = aws_dynamodb_table.sessions.arn
      }]
    }

    logs = {
      memory_mb = 256
      environment = {
        LOGS_TABLE               = aws_dynamodb_table.logs.name
        SESSIONS_TABLE           = aws_dynamodb_table.sessions.name
        SESSION_TTL_SECONDS      = tostring(var.session_ttl_seconds)
        SESSION_ABSOLUTE_SECONDS = tostring(var.session_absolute_seconds)
      }
      grants = [
        {
          actions  = ["dynamodb:GetItem", "dynamodb:UpdateItem"]
          resource = aws_dynamodb_table.sessions.arn
        },
        {
          actions  = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]
          resource = aws_dynamodb_table.logs.arn
        },
      ]
    }
  }
}

resource "aws_lambda_function" "api" {
  for_each = local.functions

  function_name    = "${var.name}-${each.key}"
  description      = "Answers /api/${each.key}."
  role             = aws_iam_role.api[each.key].arn
  s3_bucket        = aws_s3_object.package["lambdas"].bucket
  s3_key           = aws_s3_object.package["lambdas"].key
  source_code_hash = filebase64sha256(var.lambdas_package)
  handler          = "lambdas.${each.key}.handler"
  runtime          = "python3.13"
  architectures    = ["arm64"]
  memory_size      = each.value.memory_mb
  timeout          = 10
  publish          = true # a version for the alias

  reserved_concurrent_executions = each.key == "login" ? var.login_reserved_concurrency : -1

  environment {
    variables = each.value.environment
  }

  dynamic "tracing_config" {
    for_each = var.tracing ? ["Active"] : []

    content {
      mode = tracing_config.value
    }
  }

  logging_config {
    log_format            = "JSON"
    log_group             = aws_cloudwatch_log_group.api[each.key].name
    application_log_level = "INFO"
    system_log_level      = "INFO"
  }

  depends_on = [aws_iam_role_policy.api]
}

# API Gateway invokes this alias. Versions are immutable: a release is in use once the alias points to its
# version, and is rolled back by pointing it to the previous one, without an upload.
# Source: Lambda Developer Guide, "Create an alias for a Lambda function".
resource "aws_lambda_alias" "live" {
  for_each = local.functions

  name             = "live"
  description      = "What /api/${each.key} calls."
  function_name    = aws_lambda_function.api[each.key].function_name
  function_version = aws_lambda_function.api[each.key].version
}

resource "aws_iam_role" "api" {
  for_each = local.functions

  name                 = "${var.name}-${each.key}"
  permissions_boundary = var.permissions_boundary

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "api" {
  for_each = local.functions

  name = each.key
  role = aws_iam_role.api[each.key].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [for grant in each.value.grants : {
        Effect   = "Allow"
        Action   = grant.actions
        Resource = grant.resource
      }],
      [{
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.api[each.key].arn}:*" # its log streams
      }],
      var.tracing ? [{
        Effect   = "Allow"
        Action   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
        Resource = "*" # X-Ray does not support resources
      }] : [],
    )
  })
}

resource "aws_cloudwatch_log_group" "api" {
  for_each = local.functions

  name              = "/aws/lambda/${var.name}-${each.key}"
  retention_in_days = local.log_retention_days
}
