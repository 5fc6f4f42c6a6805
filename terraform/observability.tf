# Logs, alarms and traces. The functions' and the API's logs are always on; CloudFront's access log, alarms
# with a dashboard, and traces are options, because each of them costs.

# --- CloudFront's log -----------------------------------------------------------------------------------
# Standard logging v2, to CloudWatch Logs, where Logs Insights queries all log groups together. Cookies and
# query strings, which contain cursors, are left out.
# Source: CloudFront Developer Guide, "Configure standard logging (v2)".
locals {
  log_fields = [
    "timestamp(ms)", "DistributionId", "c-ip", "c-country", "cs-method", "cs(Host)", "cs-uri-stem", "sc-status", "sc-bytes", "time-taken",
    "time-to-first-byte", "x-edge-location", "x-edge-request-id", "x-edge-result-type", "x-edge-detailed-result-type", "cs(User-Agent)",
    "ssl-protocol", "cs-protocol-version",
  ]
}

resource "aws_cloudwatch_log_group" "cloudfront" {
  count = var.access_logs ? 1 : 0

  name              = "/aws/vendedlogs/cloudfront/${var.name}"
  retention_in_days = local.log_retention_days
}

resource "aws_cloudwatch_log_resource_policy" "cloudfront" {
  count = var.access_logs ? 1 : 0

  policy_name = "${var.name}-cloudfront"

  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "CloudFrontWritesItsLog"
      Effect    = "Allow"
      Principal = { Service = "delivery.logs.amazonaws.com" }
      Action    = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource  = "${aws_cloudwatch_log_group.cloudfront[0].arn}:*"
      Condition = {
        ArnLike      = { "aws:SourceArn" = "arn:aws:logs:${local.region}:${local.account}:*" }
        StringEquals = { "aws:SourceAccount" = local.account }
      }
    }]
  })
}

resource "aws_cloudwatch_log_delivery_source" "cloudfront" {
  count = var.access_logs ? 1 : 0

  name         = "${var.name}-cloudfront"
  log_type     = "ACCESS_LOGS"
  resource_arn = aws_cloudfront_distribution.site.arn
}

resource "aws_cloudwatch_log_delivery_destination" "cloudfront" {
  count = var.access_logs ? 1 : 0

  name          = "${var.name}-cloudfront"
  output_format = "json"

  delivery_destination_configuration {
    destination_resource_arn = aws_cloudwatch_log_group.cloudfront[0].arn
  }

  depends_on = [aws_cloudwatch_log_resource_policy.cloudfront]
}

resource "aws_cloudwatch_log_delivery" "cloudfront" {
  count = var.access_logs ? 1 : 0

  delivery_source_name     = aws_cloudwatch_log_delivery_source.cloudfront[0].name
  delivery_destination_arn = aws_cloudwatch_log_delivery_destination.cloudfront[0].arn
  record_fields            = local.log_fields
}

# --- Alarms -----------------------------------------------------------------------------------------------

resource "aws_sns_topic" "alarms" {
  count = var.alarms == null ? 0 : 1

  name = "${var.name}-alarms"
}

# Each address must first confirm its subscription.
resource "aws_sns_topic_subscription" "alarms" {
  for_each = var.alarms == null ? toset([]) : var.alarms.emails

  topic_arn = aws_sns_topic.alarms[0].arn
  protocol  = "email"
  endpoint  = each.key
}

locals {
  distribution_metrics = { DistributionId = aws_cloudfront_distribution.site.id, Region = "Global" }
  own_functions        = concat([for name in keys(local.functions) : "${var.name}-${name}"], ["${local.region}.${var.name}-edge"])

  # The sum of `metrics`: {namespace, name, dimensions}. The alarm state is reached if `above` is exceeded in
  # two of three periods of five minutes, or of `every` seconds.
  # Sources: CloudFront Developer Guide, "Types of CloudFront metrics"; Lambda Developer Guide, "Types of
  # metrics for Lambda functions"; ACM User Guide, "Supported CloudWatch metrics".
  alarms = {
    errors = {
      description = "More than 1 % of responses are 5xx."
      above       = 1
      statistic   = "Average"
      metrics     = [{ namespace = "AWS/CloudFront", name = "5xxErrorRate", dimensions = local.distribution_metrics }]
    }

    # All 503s: the edge function's, if it fails or is throttled, and the API's. The alarms edge-errors and
    # function-errors show which.
    unavailable = {
      description = "Visitors get 503."
      above       = 0
      statistic   = "Average"
      metrics     = [{ namespace = "AWS/CloudFront", name = "503ErrorRate", dimensions = local.distribution_metrics }]
    }

    # Visitors get 502 or 503 for these.
    edge-errors = {
      description = "The edge function fails, returns an invalid result, or is throttled."
      above       = 0
      statistic   = "Sum"
      metrics = [
        for name in ["LambdaExecutionError", "LambdaLimitExceededErrors", "LambdaValidationError"] : {
          namespace = "AWS/CloudFront", name = name, dimensions = local.distribution_metrics
        }
      ]
    }

    function-errors = {
      description = "A function of the API fails."
      above       = 0
      statistic   = "Sum"
      metrics = [
        for name in keys(local.functions) : { namespace = "AWS/Lambda", name = "Errors", dimensions = { FunctionName = "${var.name}-${name}" } }
      ]
    }

    # The edge function's count in this Region only; the other Regions are in edge-errors.
    throttles = {
      description = "Lambda throttles invocations: the account's concurrency is exhausted."
      above       = 0
      statistic   = "Sum"
      metrics = [
        for name in local.own_functions : { namespace = "AWS/Lambda", name = "Throttles", dimensions = { FunctionName = name } }
      ]
    }

    log-ins-refused = {
      description = "Somebody is guessing passwords: more than 50 log-ins in five minutes were rate-limited."
      above       = 50
      statistic   = "Sum"
      metrics     = [{ namespace = "CaptainsLog", name = "LogInsRefused", dimensions = { FunctionName = "${var.name}-login" } }]
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "site" {
  for_each = var.alarms == null ? {} : local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.above
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  treat_missing_data  = "notBreaching" # no data means no visitors
  alarm_actions       = [aws_sns_topic.alarms[0].arn]
  ok_actions          = [aws_sns_topic.alarms[0].arn]

  dynamic "metric_query" {
    for_each = { for index, metric in each.value.metrics : "m${index}" => metric }

    content {
      id = metric_query.key

      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.name
        dimensions  = metric_query.value.dimensions
        period      = 300
        stat        = each.value.statistic
      }
    }
  }

  # A metric without data counts as 0.
  metric_query {
    id          = "total"
    label       = each.value.description
    expression  = join(" + ", [for index, metric in each.value.metrics : "FILL(m${index}, 0)"])
    return_data = true
  }
}

# CloudFront counts single statuses, such as 503, only with additional metrics enabled.
# Source: CloudFront Developer Guide, "View additional CloudFront distribution metrics".
resource "aws_cloudfront_monitoring_subscription" "site" {
  count = var.alarms == null ? 0 : 1

  distribution_id = aws_cloudfront_distribution.site.id

  monitoring_subscription {
    realtime_metrics_subscription_config {
      realtime_metrics_subscription_status = "Enabled"
    }
  }
}

# ACM renews automatically while the validation record exists. This alarm is for when it does not.
resource "aws_cloudwatch_metric_alarm" "certificate" {
  count = var.alarms == null ? 0 : 1

  alarm_name          = "${var.name}-certificate"
  alarm_description   = "The certificate expires in less than three weeks and was not renewed."
  namespace           = "AWS/CertificateManager"
  metric_name         = "DaysToExpiry"
  dimensions          = { CertificateArn = local.certificate_arn }
  statistic           = "Minimum"
  period              = 86400
  evaluation_periods  = 1
  comparison_operator = "LessThanThreshold"
  threshold           = 21
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms[0].arn]
  ok_actions          = [aws_sns_topic.alarms[0].arn]
}

resource "aws_cloudwatch_dashboard" "site" {
  count = var.alarms == null ? 0 : 1

  dashboard_name = var.name

  dashboard_body = jsonencode({
    widgets = concat(
      [
        {
          type = "alarm", x = 0, y = 0, width = 24, height = 3
          properties = {
            title  = "Alarms"
            alarms = [for name in concat(keys(local.alarms), ["certificate"]) : "arn:aws:cloudwatch:${local.region}:${local.account}:alarm:${var.name}-${name}"]
          }
        },
      ],
      [
        for index, widget in local.dashboard : {
          type       = "metric", x = index % 2 * 12, y = 3 + floor(index / 2) * 6, width = 12, height = 6
          properties = { title = widget.title, region = local.region, period = 300, stat = widget.stat, metrics = widget.metrics }
        }
      ],
    )
  })
}

locals {
  distribution_pairs = ["DistributionId", aws_cloudfront_distribution.site.id, "Region", "Global"]

  dashboard = [
    { title = "Requests", stat = "Sum", metrics = [concat(["AWS/CloudFront", "Requests"], local.distribution_pairs)] },
    { title = "Errors, %", stat = "Average", metrics = [for name in ["4xxErrorRate", "5xxErrorRate", "503ErrorRate"] : concat(["AWS/CloudFront", name], local.distribution_pairs)] },
    {
      title = "The edge function's failures", stat = "Sum"
      metrics = [
        for name in ["LambdaExecutionError", "LambdaLimitExceededErrors", "LambdaValidationError"] : concat(["AWS/CloudFront", name], local.distribution_pairs)
      ]
    },
    { title = "Functions: time, p95, ms", stat = "p95", metrics = [for name in local.own_functions : ["AWS/Lambda", "Duration", "FunctionName", name]] },
    { title = "Functions at once", stat = "Maximum", metrics = [for name in local.own_functions : ["AWS/Lambda", "ConcurrentExecutions", "FunctionName", name]] },
    { title = "Log-ins refused for their number", stat = "Sum", metrics = [["CaptainsLog", "LogInsRefused", "FunctionName", "${var.name}-login"]] },
  ]
}

# --- The edge function's logs in other Regions --------------------------------------------------------------
# A replica creates its log group where it first runs, without retention. A daily function sets it.
resource "aws_lambda_function" "edge_log_retention" {
  count = var.edge_log_retention ? 1 : 0

  function_name    = "${var.name}-edge-log-retention"
  description      = "Sets the retention of the edge function's logs in every Region."
  role             = aws_iam_role.edge_log_retention[0].arn
  s3_bucket        = aws_s3_object.package["lambdas"].bucket
  s3_key           = aws_s3_object.package["lambdas"].key
  source_code_hash = filebase64sha256(var.lambdas_package)
  handler          = "lambdas.edge_log_retention.handler"
  runtime          = "python3.13"
  architectures    = ["arm64"]
  memory_size      = 256
  timeout          = 120

  environment {
    variables = {
      LOG_GROUP      = local.edge_log_group
      RETENTION_DAYS = tostring(local.log_retention_days)
    }
  }

  logging_config {
    log_format            = "JSON"
    log_group             = aws_cloudwatch_log_group.edge_log_retention[0].name
    application_log_level = "INFO"
    system_log_level      = "INFO"
  }

  depends_on = [aws_iam_role_policy.edge_log_retention]
}

resource "aws_cloudwatch_log_group" "edge_log_retention" {
  count = var.edge_log_retention ? 1 : 0

  name              = "/aws/lambda/${var.name}-edge-log-retention"
  retention_in_days = local.log_retention_days
}

resource "aws_iam_role" "edge_log_retention" {
  count = var.edge_log_retention ? 1 : 0

  name                 = "${var.name}-edge-log-retention"
  permissions_boundary = var.permissions_boundary

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["lambda.amazonaws.com", "scheduler.amazonaws.com"] }
    }]
  })
}

resource "aws_iam_role_policy" "edge_log_retention" {
  count = var.edge_log_retention ? 1 : 0

  name = "edge-log-retention"
  role = aws_iam_role.edge_log_retention[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:PutRetentionPolicy"]
        Resource = "arn:aws:logs:*:${local.account}:log-group:${local.edge_log_group}:*"
      },
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.edge_log_retention[0].arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = ["lambda:InvokeFunction"]
        Resource = "arn:aws:lambda:${local.region}:${local.account}:function:${var.name}-edge-log-retention"
      },
    ]
  })
}

resource "aws_scheduler_schedule" "edge_log_retention" {
  count = var.edge_log_retention ? 1 : 0

  name                         = "${var.name}-edge-log-retention"
  description                  = "Once a day, at some quiet time."
  schedule_expression          = "rate(1 day)"
  schedule_expression_timezone = "UTC"

  flexible_time_window {
    mode                      = "FLEXIBLE"
    maximum_window_in_minutes = 60
  }

  target {
    arn      = aws_lambda_function.edge_log_retention[0].arn
    role_arn = aws_iam_role.edge_log_retention[0].arn
  }
}
