terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # Exact, because there is no lock file: see README.md.
      version = "5.100.0"
    }
  }
}
