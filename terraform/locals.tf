data "aws_caller_identity" "current" {}

locals {
  # CloudFront requires its certificate and its edge functions to be in this Region. The rest is here,
  # too, so that the edge function can find the sessions table without configuration.
  region  = "us-east-1"
  account = data.aws_caller_identity.current.account_id

  site_host     = coalesce(var.site_host, "logs.${var.domain}")
  secret_prefix = "${var.name}/captains/"

  log_retention_days = 30

  content_types = {
    css         = "text/css; charset=utf-8"
    html        = "text/html; charset=utf-8"
    ico         = "image/x-icon"
    jpg         = "image/jpeg"
    js          = "text/javascript; charset=utf-8"
    json        = "application/json; charset=utf-8"
    png         = "image/png"
    svg         = "image/svg+xml; charset=utf-8"
    txt         = "text/plain; charset=utf-8"
    webmanifest = "application/manifest+json; charset=utf-8"
    webp        = "image/webp"
    woff2       = "font/woff2"
  }
}
