# Resources for deploying releases from a pipeline: buckets for Terraform's state and for releases, and a role
# for each environment that GitHub's jobs can assume. Off by default.

# --- State and releases ---------------------------------------------------------------------------------

locals {
  promotion = var.create_promotion ? toset(["releases", "state"]) : toset([])
}

resource "aws_s3_bucket" "promotion" {
  for_each = local.promotion

  bucket = "${var.name}-${each.key}-${data.aws_caller_identity.current.account_id}"

  # Without its state, a stack can only be changed or destroyed by hand.
  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_versioning" "promotion" {
  for_each = local.promotion

  bucket = aws_s3_bucket.promotion[each.key].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "promotion" {
  for_each = local.promotion

  bucket = aws_s3_bucket.promotion[each.key].id

  rule {
    id     = "forget-old-versions"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 90
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.promotion]
}

resource "aws_s3_bucket_public_access_block" "promotion" {
  for_each = local.promotion

  bucket = aws_s3_bucket.promotion[each.key].id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "promotion" {
  for_each = local.promotion

  bucket = aws_s3_bucket.promotion[each.key].id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_policy" "promotion" {
  for_each = local.promotion

  bucket = aws_s3_bucket.promotion[each.key].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.promotion[each.key].arn, "${aws_s3_bucket.promotion[each.key].arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  # S3 refuses concurrent changes of a bucket's access settings.
  depends_on = [aws_s3_bucket_public_access_block.promotion]
}

# --- GitHub ---------------------------------------------------------------------------------------------

# One per account: import it if another project has created it.
# Source: GitHub Docs, "Configuring OpenID Connect in Amazon Web Services".
resource "aws_iam_openid_connect_provider" "github" {
  count = length(var.github_environments) > 0 ? 1 : 0

  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_iam_role" "deploy" {
  for_each = var.github_environments

  name                 = "${var.name}-${each.key}-deploy"
  description          = "Taken by jobs of ${var.github_repository} in the environment ${each.key}."
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.github[0].arn }

      # StringEquals, not StringLike, so that a pull request cannot bypass the environment's approval rules.
      Condition = {
        StringEquals = {
          "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
          "token.actions.githubusercontent.com:sub" = "repo:${var.github_repository}:environment:${each.key}"
        }
      }
    }]
  })
}

resource "aws_iam_policy" "deploy" {
  for_each = local.deploy_policies

  name        = "${var.name}-${each.key}"
  description = "What Terraform does for the stack ${var.github_environments[each.value.environment]}, and no more."
  policy      = jsonencode({ Version = "2012-10-17", Statement = each.value.statements })
}

resource "aws_iam_role_policy_attachment" "deploy" {
  for_each = local.deploy_policies

  role       = aws_iam_role.deploy[each.value.environment].name
  policy_arn = aws_iam_policy.deploy[each.key].arn
}

# The role for planning pull requests and checking for drift: the read-only part of the same policy. A pull
# request runs its own code with it, so anybody who can push a branch can read what Terraform reads: the
# state, with the keys that CloudFront sends, and the pages, but neither passwords nor entries. A fork's pull
# request gets no token.
resource "aws_iam_role" "plan" {
  for_each = var.github_environments

  name                 = "${var.name}-${each.key}-plan"
  description          = "Taken by pull requests of ${var.github_repository} and by its daily look at ${each.key}."
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.github[0].arn }
      Condition = {
        StringEquals = {
          "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
          "token.actions.githubusercontent.com:sub" = [
            "repo:${var.github_repository}:pull_request", "repo:${var.github_repository}:ref:refs/heads/main",
          ]
        }
      }
    }]
  })
}

locals {
  reading = {
    for environment in keys(var.github_environments) : environment => [
      for statement in concat(local.data_and_functions[environment], local.edge_and_operations[environment]) : {
        Sid      = statement.Sid
        Effect   = "Allow"
        Resource = statement.Resource
        Action   = [for action in flatten([statement.Action]) : action if can(regex(":(Get|GET|List|Describe)", action))]
      } if statement.Effect == "Allow" && anytrue([for action in flatten([try(statement.Action, [])]) : can(regex(":(Get|GET|List|Describe)", action))])
    ]
  }
}

resource "aws_iam_policy" "plan" {
  for_each = var.github_environments

  name        = "${var.name}-${each.key}-plan"
  description = "What Terraform reads of the stack ${each.value}."
  policy      = jsonencode({ Version = "2012-10-17", Statement = local.reading[each.key] })
}

resource "aws_iam_role_policy_attachment" "plan" {
  for_each = var.github_environments

  role       = aws_iam_role.plan[each.key].name
  policy_arn = aws_iam_policy.plan[each.key].arn
}

# The permissions boundary of the roles that a deployment creates. Without it, the permission to write a role's
# policy would be the permission to do anything. Give its ARN to the application as permissions_boundary.
resource "aws_iam_policy" "boundary" {
  for_each = var.github_environments

  name        = "${var.name}-${each.key}-boundary"
  description = "The most that a function of the stack ${each.value} may do."

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Tables"
        Effect   = "Allow"
        Action   = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"]
        Resource = "arn:aws:dynamodb:us-east-1:${local.account}:table/${each.value}-*"
      },
      {
        Sid      = "Passwords"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = "arn:aws:secretsmanager:us-east-1:${local.account}:secret:${each.value}/captains/*"
      },
      {
        Sid    = "Logs"
        Effect = "Allow"
        Action = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogGroups", "logs:PutLogEvents", "logs:PutRetentionPolicy"]
        Resource = [
          "arn:aws:logs:*:${local.account}:log-group:/aws/lambda/*${each.value}-*",
          "arn:aws:logs:*:${local.account}:log-group::log-stream:*",
        ]
      },
      {
        Sid      = "Traces"
        Effect   = "Allow"
        Action   = ["ec2:DescribeRegions", "xray:PutTelemetryRecords", "xray:PutTraceSegments"]
        Resource = "*" # neither supports resource-level permissions
      },
    ]
  })
}

# --- Budget ---------------------------------------------------------------------------------------------

resource "aws_budgets_budget" "account" {
  count = var.budget == null ? 0 : 1

  name         = "${var.name}-monthly"
  budget_type  = "COST"
  limit_amount = tostring(var.budget.dollars_a_month)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  # A budget only notifies.
  dynamic "notification" {
    for_each = { ACTUAL = 80, FORECASTED = 100 }

    content {
      comparison_operator        = "GREATER_THAN"
      threshold                  = notification.value
      threshold_type             = "PERCENTAGE"
      notification_type          = notification.key
      subscriber_email_addresses = var.budget.emails
    }
  }
}
