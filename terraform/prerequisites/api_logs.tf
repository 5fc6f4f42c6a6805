# Not part of the application, because destroying the application must not stop the logs of other APIs in the
# account.
resource "aws_api_gateway_account" "current" {
  count = var.create_logging_role ? 1 : 0

  cloudwatch_role_arn = aws_iam_role.api_logs[0].arn

  # It is a setting of the whole account, and other APIs may depend on it. To destroy everything else,
  # run `terraform state rm` on it first.
  lifecycle {
    prevent_destroy = true
  }

  depends_on = [aws_iam_role_policy_attachment.api_logs]
}

resource "aws_iam_role" "api_logs" {
  count = var.create_logging_role ? 1 : 0

  name = "api-gateway-logs"

  lifecycle {
    prevent_destroy = true
  }

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "apigateway.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "api_logs" {
  count = var.create_logging_role ? 1 : 0

  role       = aws_iam_role.api_logs[0].name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"

  lifecycle {
    prevent_destroy = true
  }
}
