locals {
  buckets = toset(["packages", "site"])
}

resource "aws_s3_bucket" "private" {
  for_each = local.buckets

  # Bucket names are unique in all of AWS; the account's number makes this one so.
  bucket = "${var.name}-${each.key}-${local.account}"

  # All objects can be created again from the repository.
  force_destroy = true
}

resource "aws_s3_bucket_public_access_block" "private" {
  for_each = local.buckets

  bucket = aws_s3_bucket.private[each.key].id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "private" {
  for_each = local.buckets

  bucket = aws_s3_bucket.private[each.key].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

# With S3's own key: a KMS key would cost money and need a grant to CloudFront, for public pages.
resource "aws_s3_bucket_server_side_encryption_configuration" "private" {
  for_each = local.buckets

  bucket = aws_s3_bucket.private[each.key].id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_policy" "private" {
  for_each = local.buckets

  bucket = aws_s3_bucket.private[each.key].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      each.key == "site" ? [local.distribution_reads] : [],
      [{
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.private[each.key].arn, "${aws_s3_bucket.private[each.key].arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }],
    )
  })

  # S3 refuses concurrent changes of a bucket's access settings.
  depends_on = [aws_s3_bucket_public_access_block.private]
}
