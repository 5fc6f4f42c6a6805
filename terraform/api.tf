# Without api_keys, clients can also call the API by its execute-api name, which CloudFront needs as its
# origin. Each function checks the session itself. See side_door.tf.
resource "aws_api_gateway_rest_api" "api" {
  name        = var.name
  description = "The API behind /api/* of ${local.site_host}."

  # An edge-optimised endpoint would put a second CloudFront behind ours.
  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_resource" "api" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  parent_id   = aws_api_gateway_rest_api.api.root_resource_id
  path_part   = "api"
}

resource "aws_api_gateway_resource" "function" {
  for_each = local.functions

  rest_api_id = aws_api_gateway_rest_api.api.id
  parent_id   = aws_api_gateway_resource.api.id
  path_part   = each.key
}

# ANY, so that a wrong method gets the function's 405 with its Allow header.
resource "aws_api_gateway_method" "function" {
  for_each = local.functions

  rest_api_id   = aws_api_gateway_rest_api.api.id
  resource_id   = aws_api_gateway_resource.function[each.key].id
  http_method   = "ANY"
  authorization = "NONE"

  api_key_required = length(var.api_keys) > 0
}

resource "aws_api_gateway_integration" "function" {
  for_each = local.functions

  rest_api_id             = aws_api_gateway_rest_api.api.id
  resource_id             = aws_api_gateway_resource.function[each.key].id
  http_method             = aws_api_gateway_method.function[each.key].http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = aws_lambda_alias.live[each.key].invoke_arn
}

# The permission is for the alias only, not for the unqualified function, which is $LATEST.
resource "aws_lambda_permission" "api" {
  for_each = local.functions

  statement_id  = "api-${aws_lambda_alias.live[each.key].name}"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.api[each.key].function_name
  qualifier     = aws_lambda_alias.live[each.key].name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.api.execution_arn}/${local.stage}/*/api/${each.key}"

  # In stacks older than the alias, the API invokes the functions until its stage has the new deployment.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_deployment" "api" {
  rest_api_id = aws_api_gateway_rest_api.api.id

  # A deployment is a snapshot: a change goes live only if it is named here. The files are hashed instead
  # of their resources, some of which have different attributes after a refresh.
  triggers = {
    api               = filesha1("${path.module}/api.tf")
    api_key_required  = length(var.api_keys) > 0
    gateway_responses = filesha1("${path.module}/gateway_responses.tf")
    functions         = jsonencode({ for name, alias in aws_lambda_alias.live : name => alias.invoke_arn })
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [aws_api_gateway_gateway_response.api, aws_api_gateway_integration.function]
}

locals {
  stage = "prod"
}

resource "aws_api_gateway_stage" "prod" {
  rest_api_id   = aws_api_gateway_rest_api.api.id
  deployment_id = aws_api_gateway_deployment.api.id
  stage_name    = local.stage

  xray_tracing_enabled = var.tracing

  # This needs the account's logging role: see prerequisites/.
  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn

    # The path without its query string, and no headers: neither cookies nor cursors are logged.
    format = jsonencode({
      requestId         = "$context.requestId"
      extendedRequestId = "$context.extendedRequestId"
      requestTime       = "$context.requestTime"
      sourceIp          = "$context.identity.sourceIp"
      httpMethod        = "$context.httpMethod"
      path              = "$context.path"
      status            = "$context.status"
      responseLength    = "$context.responseLength"
      responseLatency   = "$context.responseLatency"
      integrationError  = "$context.integrationErrorMessage"
    })
  }

  # The permissions must exist before the deployment is in use. The deployment itself cannot depend on them:
  # in older states, permissions depend on it, which would be a cycle.
  depends_on = [aws_lambda_permission.api]
}

resource "aws_api_gateway_method_settings" "all" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  stage_name  = aws_api_gateway_stage.prod.stage_name
  method_path = "*/*"

  settings {
    metrics_enabled        = true
    logging_level          = "OFF"
    data_trace_enabled     = false # it would log bodies, including passwords
    throttling_rate_limit  = 50    # requests per second
    throttling_burst_limit = 100   # requests in a burst
  }
}

resource "aws_cloudwatch_log_group" "access" {
  name              = "/aws/apigateway/${var.name}/access"
  retention_in_days = local.log_retention_days
}
