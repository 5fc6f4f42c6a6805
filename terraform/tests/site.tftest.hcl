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

run "what_is_stored_is_private_and_expires_or_recovers" {
  # Buckets are private.
  assert {
    condition = alltrue([
      for block in aws_s3_bucket_public_access_block.private :
      block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets
    ])
    error_message = "All four kinds of public access must be blocked."
  }

  assert {
    condition     = toset(keys(aws_s3_bucket_public_access_block.private)) == toset(keys(aws_s3_bucket.private))
    error_message = "Every bucket needs its public access block."
  }

  assert {
    condition = alltrue([
      for controls in aws_s3_bucket_ownership_controls.private : controls.rule[0].object_ownership == "BucketOwnerEnforced"
    ])
    error_message = "Access lists must be off."
  }

  assert {
    condition = alltrue([
      for policy in aws_s3_bucket_policy.private :
      anytrue([
        for statement in jsondecode(policy.policy).Statement :
        statement.Effect == "Deny" && statement.Principal == "*" && statement.Action == "s3:*"
        && statement.Condition == { Bool = { "aws:SecureTransport" = "false" } }
      ])
    ])
    error_message = "Plain HTTP must be denied."
  }

  # Only the distribution reads the site.
  assert {
    condition = [
      for statement in jsondecode(aws_s3_bucket_policy.private["site"].policy).Statement : statement
      if statement.Effect == "Allow"
      ] == [{
        Sid       = "DistributionReads"
        Effect    = "Allow"
        Principal = { Service = "cloudfront.amazonaws.com" }
        Action    = "s3:GetObject"
        Resource  = "${aws_s3_bucket.private["site"].arn}/*"
        Condition = { StringEquals = { "AWS:SourceArn" = aws_cloudfront_distribution.site.arn } }
    }]
    error_message = "CloudFront's GetObject for this one distribution, and nothing else (S3-002); no ListBucket (S3-003)."
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_s3_bucket_policy.private["packages"].policy).Statement : statement.Effect == "Deny"
    ])
    error_message = "No bucket policy lets anyone read the packages."
  }

  assert {
    condition     = aws_cloudfront_origin_access_control.site.signing_behavior == "always"
    error_message = "Every request to the bucket is signed (S3-001)."
  }

  # Pages carry their type and cache headers.
  assert {
    condition = (
      toset(keys(aws_s3_object.page)) == toset(["home.html"])
      && toset(keys(aws_s3_object.asset)) == toset(["assets/bridge.css", "assets/bridge.0123456789ab.css"])
    )
    error_message = "All files of the front end except README.md are uploaded."
  }

  assert {
    condition     = aws_s3_object.page["home.html"].content_type == "text/html; charset=utf-8"
    error_message = "Text says its encoding."
  }

  assert {
    condition     = aws_s3_object.asset["assets/bridge.css"].content_type == "text/css; charset=utf-8"
    error_message = "The type follows from the file's ending."
  }

  assert {
    condition = alltrue([
      for page in aws_s3_object.page : page.cache_control == "public, max-age=0, s-maxage=60, must-revalidate"
    ])
    error_message = "A new page must show within a minute, without an invalidation."
  }

  assert {
    condition = { for name, asset in aws_s3_object.asset : name => asset.cache_control } == {
      "assets/bridge.css"              = "no-cache"
      "assets/bridge.0123456789ab.css" = "public, max-age=31536000, immutable"
    }
    error_message = "What is named after its content is kept for a year, all else is asked for each time."
  }

  # A protected stack keeps its data.
  assert {
    condition     = aws_dynamodb_table.logs.deletion_protection_enabled && aws_dynamodb_table.sessions.deletion_protection_enabled
    error_message = "By default, tables refuse to be deleted."
  }

  assert {
    condition     = output.secret_prefix == "my-serverless-website/captains/"
    error_message = "The login function looks for captains below this name."
  }

  # Tables expire and recover.
  assert {
    condition = alltrue([
      for table in [aws_dynamodb_table.sessions, aws_dynamodb_table.logs, aws_dynamodb_table.login_attempts] :
      table.ttl[0].enabled && table.ttl[0].attribute_name == "ttl" && table.server_side_encryption[0].enabled
    ])
    error_message = "Every table expires items by `ttl` and is encrypted."
  }

  assert {
    condition     = aws_dynamodb_table.logs.point_in_time_recovery[0].enabled && !aws_dynamodb_table.sessions.point_in_time_recovery[0].enabled
    error_message = "Logs can be restored to a point in time; sessions cannot, or log-outs would be undone."
  }
}
