resource "aws_lambda_function" "edge" {
  function_name    = "${var.name}-edge"
  description      = "Sends visitors without a session to the login page."
  role             = aws_iam_role.edge.arn
  s3_bucket        = aws_s3_object.package["edge"].bucket
  s3_key           = aws_s3_object.package["edge"].key
  source_code_hash = filebase64sha256(var.edge_package)
  handler          = "viewer_request.handler"
  runtime          = "python3.13"
  architectures    = ["x86_64"] # CloudFront supports no other
  memory_size      = 128
  timeout          = 5
  publish          = true # CloudFront requires a numbered version, never $LATEST

  # CloudFront keeps replicas of the function for some hours after the distribution is deleted, and Lambda
  # refuses to delete the function meanwhile. The provider retries for this long; after that, run destroy
  # again later, when only the function and its dependencies are left in the state.
  timeouts {
    delete = "60m"
  }

  depends_on = [aws_cloudwatch_log_group.edge, aws_iam_role_policy.edge]
}

resource "aws_iam_role" "edge" {
  name                 = "${var.name}-edge"
  permissions_boundary = var.permissions_boundary

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["edgelambda.amazonaws.com", "lambda.amazonaws.com"] }
    }]
  })
}

resource "aws_iam_role_policy" "edge" {
  name = "edge"
  role = aws_iam_role.edge.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "FindSession"
        Effect   = "Allow"
        Action   = "dynamodb:GetItem"
        Resource = aws_dynamodb_table.sessions.arn
      },
      {
        # A replica logs in the Region where it runs, where it may have to create the log group first.
        Sid    = "WriteLogs"
        Effect = "Allow"
        Action = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = [
          "arn:aws:logs:*:${local.account}:log-group:${local.edge_log_group}",
          "arn:aws:logs:*:${local.account}:log-group:${local.edge_log_group}:*",
        ]
      },
    ]
  })
}

locals {
  # The name that replicas use in every Region, including this one.
  edge_log_group = "/aws/lambda/${local.region}.${var.name}-edge"
}

# This sets the retention in this Region; in others, replicas create log groups that never expire.
resource "aws_cloudwatch_log_group" "edge" {
  name              = local.edge_log_group
  retention_in_days = local.log_retention_days
}
