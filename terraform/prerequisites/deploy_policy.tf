# The least privileges to plan, apply and destroy the application, by service. Resources with the stack's name
# are restricted to it; those with generated ids, to the account. Two policies, because one is limited to 6,144
# characters.
# Source: IAM User Guide, "IAM and AWS STS quotas".
data "aws_caller_identity" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id

  data_and_functions = {
    for environment, stack in var.github_environments : environment => [
      {
        Sid    = "StateAndReleases"
        Effect = "Allow"
        Action = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
        Resource = [
          # Only the lock is really deleted: the state's bucket is versioned.
          "arn:aws:s3:::${var.name}-state-${local.account}/${environment}/*",
          "arn:aws:s3:::${var.name}-releases-${local.account}/*",
        ]
      },
      {
        Sid      = "ListStateAndReleases"
        Effect   = "Allow"
        Action   = ["s3:GetBucketVersioning", "s3:ListBucket"]
        Resource = ["arn:aws:s3:::${var.name}-state-${local.account}", "arn:aws:s3:::${var.name}-releases-${local.account}"]
      },
      {
        Sid    = "Buckets"
        Effect = "Allow"
        Action = [
          "s3:CreateBucket", "s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:Get*",
          "s3:List*", "s3:PutBucketOwnershipControls", "s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock", "s3:PutBucketTagging",
          "s3:PutEncryptionConfiguration", "s3:PutObject", "s3:PutObjectTagging",
        ]
        Resource = [
          for bucket in ["packages", "site"] : "arn:aws:s3:::${stack}-${bucket}-${local.account}*"
        ]
      },
      {
        Sid    = "Functions"
        Effect = "Allow"
        Action = [
          "lambda:AddPermission", "lambda:CreateAlias", "lambda:CreateFunction", "lambda:DeleteAlias", "lambda:DeleteFunction", "lambda:DeleteFunctionConcurrency",
          "lambda:EnableReplication*", "lambda:Get*", "lambda:ListTags", "lambda:ListVersionsByFunction", "lambda:PublishVersion",
          "lambda:PutFunctionConcurrency", "lambda:RemovePermission", "lambda:TagResource", "lambda:UntagResource",
          "lambda:UpdateAlias", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration",
        ]
        Resource = "arn:aws:lambda:us-east-1:${local.account}:function:${stack}-*" # including versions and aliases
      },
      {
        # The condition requires the boundary: no role can be created without it, or lose it.
        Sid       = "MakeRoles"
        Effect    = "Allow"
        Action    = ["iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"]
        Resource  = "arn:aws:iam::${local.account}:role/${stack}-*"
        Condition = { StringEquals = { "iam:PermissionsBoundary" = "arn:aws:iam::${local.account}:policy/${var.name}-${environment}-boundary" } }
      },
      {
        Sid    = "KeepRoles"
        Effect = "Allow"
        Action = [
          "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies",
          "iam:ListInstanceProfilesForRole", "iam:ListRolePolicies", "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy",
        ]
        Resource = "arn:aws:iam::${local.account}:role/${stack}-*"
      },
      {
        Sid       = "PassRoles"
        Effect    = "Allow"
        Action    = "iam:PassRole"
        Resource  = "arn:aws:iam::${local.account}:role/${stack}-*"
        Condition = { StringEquals = { "iam:PassedToService" = ["lambda.amazonaws.com", "scheduler.amazonaws.com"] } }
      },
      {
        # A stack's prefix may match these: neither the role that deploys nor the one that plans may be changed.
        Sid       = "NotItself"
        Effect    = "Deny"
        NotAction = ["iam:Get*", "iam:List*", "sts:AssumeRoleWithWebIdentity"]
        Resource  = [for pair in setproduct(keys(var.github_environments), ["deploy", "plan"]) : "arn:aws:iam::${local.account}:role/${var.name}-${pair[0]}-${pair[1]}"]
      },
      {
        # Lambda@Edge and CloudFront create these service-linked roles at first use.
        Sid       = "ServiceLinkedRoles"
        Effect    = "Allow"
        Action    = "iam:CreateServiceLinkedRole"
        Resource  = "arn:aws:iam::${local.account}:role/aws-service-role/*"
        Condition = { StringEquals = { "iam:AWSServiceName" = ["logger.cloudfront.amazonaws.com", "ops.apigateway.amazonaws.com", "replicator.lambda.amazonaws.com"] } }
      },
      {
        Sid    = "Tables"
        Effect = "Allow"
        Action = [
          "dynamodb:CreateTable", "dynamodb:DeleteTable", "dynamodb:Describe*", "dynamodb:ListTagsOfResource", "dynamodb:TagResource",
          "dynamodb:UntagResource", "dynamodb:UpdateContinuousBackups", "dynamodb:UpdateTable", "dynamodb:UpdateTimeToLive",
        ]
        Resource = "arn:aws:dynamodb:us-east-1:${local.account}:table/${stack}-*"
      },
      {
        # Only of the temporary captain of the live flows.
        Sid      = "FlowsCaptain"
        Effect   = "Allow"
        Action   = ["secretsmanager:CreateSecret", "secretsmanager:DeleteSecret", "secretsmanager:DescribeSecret"]
        Resource = "arn:aws:secretsmanager:us-east-1:${local.account}:secret:${stack}/captains/live-*"
      },
      {
        Sid       = "FlowsItems"
        Effect    = "Allow"
        Action    = ["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:Query"]
        Resource  = [for name in ["login-attempts", "logs", "sessions/index/by-user"] : "arn:aws:dynamodb:us-east-1:${local.account}:table/${stack}-${name}"]
        Condition = { "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = ["live-*"] } }
      },
      {
        # A session's key is its id, which only its user has.
        Sid      = "FlowsSessions"
        Effect   = "Allow"
        Action   = ["dynamodb:DeleteItem", "dynamodb:UpdateItem"]
        Resource = "arn:aws:dynamodb:us-east-1:${local.account}:table/${stack}-sessions"
      },
    ]
  }

  edge_and_operations = {
    for environment, stack in var.github_environments : environment => [
      {
        # API Gateway's actions are HTTP methods, and its resources have generated ids.
        Sid    = "Api"
        Effect = "Allow"
        Action = ["apigateway:DELETE", "apigateway:GET", "apigateway:PATCH", "apigateway:POST", "apigateway:PUT"]
        Resource = [
          for path in ["apikeys", "apikeys/*", "restapis", "restapis/*", "tags/*", "usageplans", "usageplans/*"] : "arn:aws:apigateway:us-east-1::/${path}"
        ]
      },
      {
        Sid      = "ApiAccount"
        Effect   = "Allow"
        Action   = "apigateway:GET"
        Resource = "arn:aws:apigateway:us-east-1::/account"
      },
      {
        Sid    = "CloudFront"
        Effect = "Allow"
        Action = [
          "cloudfront:AllowVendedLogDeliveryForResource", "cloudfront:Create*", "cloudfront:Delete*", "cloudfront:Get*", "cloudfront:ListTagsForResource",
          "cloudfront:TagResource", "cloudfront:UntagResource", "cloudfront:Update*",
        ]
        Resource = [
          for kind in ["distribution", "origin-access-control", "origin-request-policy", "response-headers-policy"] : "arn:aws:cloudfront::${local.account}:${kind}/*"
        ]
      },
      {
        Sid    = "Logs"
        Effect = "Allow"
        Action = [
          "logs:CreateDelivery", "logs:CreateLogGroup", "logs:DeleteDelivery*", "logs:DeleteLogGroup", "logs:DeleteResourcePolicy", "logs:DeleteRetentionPolicy",
          "logs:GetDelivery*", "logs:ListTagsForResource", "logs:PutDelivery*", "logs:PutResourcePolicy", "logs:PutRetentionPolicy", "logs:TagResource",
          "logs:UntagResource",
        ]
        Resource = "arn:aws:logs:us-east-1:${local.account}:*"
      },
      {
        Sid    = "Alarms"
        Effect = "Allow"
        Action = [
          "cloudwatch:DeleteAlarms", "cloudwatch:DeleteDashboards", "cloudwatch:GetDashboard", "cloudwatch:ListTagsForResource", "cloudwatch:PutDashboard",
          "cloudwatch:PutMetricAlarm", "cloudwatch:TagResource", "cloudwatch:UntagResource",
        ]
        Resource = ["arn:aws:cloudwatch:us-east-1:${local.account}:alarm:${stack}-*", "arn:aws:cloudwatch::${local.account}:dashboard/${stack}*"]
      },
      {
        Sid      = "Topics"
        Effect   = "Allow"
        Action   = ["sns:CreateTopic", "sns:DeleteTopic", "sns:GetSubscriptionAttributes", "sns:GetTopicAttributes", "sns:ListTagsForResource", "sns:SetTopicAttributes", "sns:Subscribe", "sns:TagResource", "sns:UntagResource", "sns:Unsubscribe"]
        Resource = "arn:aws:sns:us-east-1:${local.account}:${stack}-*"
      },
      {
        Sid      = "Schedules"
        Effect   = "Allow"
        Action   = ["scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:GetSchedule", "scheduler:UpdateSchedule"]
        Resource = "arn:aws:scheduler:us-east-1:${local.account}:schedule/default/${stack}-*"
      },
      {
        Sid      = "WebAcl"
        Effect   = "Allow"
        Action   = ["wafv2:AssociateWebACL", "wafv2:CreateWebACL", "wafv2:DeleteWebACL", "wafv2:DisassociateWebACL", "wafv2:GetWebACL", "wafv2:ListTagsForResource", "wafv2:TagResource", "wafv2:UntagResource", "wafv2:UpdateWebACL"]
        Resource = ["arn:aws:wafv2:us-east-1:${local.account}:global/managedruleset/*", "arn:aws:wafv2:us-east-1:${local.account}:global/webacl/${stack}/*"]
      },
      {
        Sid      = "Dns"
        Effect   = "Allow"
        Action   = ["route53:ChangeResourceRecordSets", "route53:GetHostedZone", "route53:ListResourceRecordSets", "route53:ListTagsForResource"]
        Resource = "arn:aws:route53:::hostedzone/${local.zone_id}"
      },
      {
        # These are read-only, and do not support resource-level permissions.
        Sid    = "Look"
        Effect = "Allow"
        Action = [
          "acm:DescribeCertificate", "acm:GetCertificate", "acm:ListCertificates", "acm:ListTagsForCertificate", "cloudfront:ListDistributions",
          "cloudfront:ListOriginAccessControls", "cloudfront:ListOriginRequestPolicies", "cloudfront:ListResponseHeadersPolicies",
          "cloudwatch:DescribeAlarms", "lambda:GetAccountSettings", "logs:DescribeDeliveries", "logs:DescribeDeliveryDestinations", "logs:DescribeDeliverySources",
          "logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "route53:GetChange", "route53:ListHostedZones",
          "route53:ListHostedZonesByName", "secretsmanager:ListSecrets", "sts:GetCallerIdentity", "wafv2:ListWebACLs",
        ]
        Resource = "*"
      },
    ]
  }

  deploy_policies = merge(
    { for environment, statements in local.data_and_functions : "${environment}-deploy-functions" => { environment = environment, statements = statements } },
    { for environment, statements in local.edge_and_operations : "${environment}-deploy-edge" => { environment = environment, statements = statements } },
  )
}
