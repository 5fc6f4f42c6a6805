provider "aws" {
  region = local.region

  default_tags {
    tags = {
      application = var.name
      managed-by  = "terraform"
    }
  }
}
