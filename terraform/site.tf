resource "aws_cloudfront_origin_access_control" "site" {
  name                              = "${var.name}-site"
  description                       = "Lets the distribution read the site's bucket."
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

locals {
  # A statement of the bucket policy in buckets.tf. Without s3:ListBucket, S3 responds 403 instead of 404 for a
  # missing page: see the error page in cloudfront.tf.
  distribution_reads = {
    Sid       = "DistributionReads"
    Effect    = "Allow"
    Principal = { Service = "cloudfront.amazonaws.com" }
    Action    = "s3:GetObject"
    Resource  = "${aws_s3_bucket.private["site"].arn}/*"
    Condition = { StringEquals = { "AWS:SourceArn" = aws_cloudfront_distribution.site.arn } }
  }
}

locals {
  site_files = toset([
    for file in fileset(var.frontend_directory, "**") : file
    if basename(file) != "README.md" && !startswith(basename(file), ".")
    && !can(regex("^#|~$|\\.(?:sw[a-p]|tmp|orig|bak)$|___jb_|^4913$", basename(file))) # editors' files
  ])
  assets = toset([for file in local.site_files : file if startswith(file, "assets/")])

  # An asset whose name contains a hash of its content never changes. Without a hash, as when the sources
  # are served, caches must revalidate.
  immutable = toset([for file in local.assets : file if can(regex("\\.[0-9a-f]{12}\\.[a-z0-9]+$", file))])
}

resource "aws_s3_object" "asset" {
  for_each = local.assets

  bucket        = aws_s3_bucket.private["site"].id
  key           = each.key
  source        = "${var.frontend_directory}/${each.key}"
  etag          = filemd5("${var.frontend_directory}/${each.key}")
  content_type  = lookup(local.content_types, element(split(".", each.key), -1), null)
  cache_control = contains(local.immutable, each.key) ? "public, max-age=31536000, immutable" : "no-cache"

  lifecycle {
    precondition {
      condition     = contains(keys(local.content_types), element(split(".", each.key), -1))
      error_message = "No content type is known for ${each.key}: add its extension to content_types in locals.tf."
    }
  }
}

resource "aws_s3_object" "page" {
  for_each = setsubtract(local.site_files, local.assets)

  bucket       = aws_s3_bucket.private["site"].id
  key          = each.key
  source       = "${var.frontend_directory}/${each.key}"
  etag         = filemd5("${var.frontend_directory}/${each.key}")
  content_type = lookup(local.content_types, element(split(".", each.key), -1), null)

  # Browsers revalidate each time, CloudFront once a minute: a new page appears without an invalidation.
  cache_control = "public, max-age=0, s-maxage=60, must-revalidate"

  # Pages are uploaded last: after their assets, the API that they call and the edge function.
  depends_on = [aws_s3_object.asset, aws_cloudfront_distribution.site, aws_lambda_alias.live]

  lifecycle {
    precondition {
      condition     = contains(keys(local.content_types), element(split(".", each.key), -1))
      error_message = "No content type is known for ${each.key}: add its extension to content_types in locals.tf."
    }
  }
}
