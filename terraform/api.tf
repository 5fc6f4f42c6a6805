# Without api_keys anyone may call the API at its own execute-api name too: CloudFront needs that name, and
# each function checks the session itself. See side_door.tf.
resource "aws_api_gateway_rest_api" "api" {
  name        = var.name
  description = "The API behind /api/* of ${local.site_host}."

  # The other kind, edge-optimised, would put a second CloudFront behind ours.
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

# ANY, so that a wrong method gets the function's own 405 with its Allow header.
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

# Of the alias: whoever names the function alone, and with it $LATEST, is not let in.
resource "aws_lambda_permission" "api" {
  for_each = local.functions

  statement_id  = "api-${aws_lambda_alias.live[each.key].name}"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.api[each.key].function_name
  qualifier     = aws_lambda_alias.live[each.key].name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.api.execution_arn}/${local.stage}/*/api/${each.key}"

  # A stack from before the alias calls the functions themselves until its stage has the new deployment.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_deployment" "api" {
  rest_api_id = aws_api_gateway_rest_api.api.id

  # A deployment is a snapshot: what it holds must be named here, or a change never goes live. The
  # files stand for the resources in them, some of which read differently once they are refreshed.
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

  # The account must have a role for this: see prerequisites/.
  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn

    # The path without its query string, and no header: neither cookies nor cursors are logged.
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

  # What is deployed may call at once. Not of the deployment: permissions from before the alias depend on
  # that in the state, and Terraform would find no order.
  depends_on = [aws_lambda_permission.api]
}

resource "aws_api_gateway_method_settings" "all" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  stage_name  = aws_api_gateway_stage.prod.stage_name
  method_path = "*/*"

  settings {
    metrics_enabled        = true
    logging_level          = "OFF"
    data_trace_enabled     = false # it would log bodies, and with them passwords
    throttling_rate_limit  = 50    # requests a second
    throttling_burst_limit = 100   # requests at once
  }
}

resource "aws_cloudwatch_log_group" "access" {
  name              = "/aws/apigateway/${var.name}/access"
  retention_in_days = local.log_retention_days
}
