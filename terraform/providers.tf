provider "aws" {
  region = local.region

  # A plan for any other account is refused.
  allowed_account_ids = length(var.allowed_account_ids) > 0 ? var.allowed_account_ids : null

  default_tags {
    tags = merge(
      {
        application = var.name
        environment = var.environment
        managed-by  = "terraform"
      },
      var.owner == null ? {} : { owner = var.owner },
    )
  }
}
