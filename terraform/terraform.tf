terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # Exact, because no lock file pins it: README.md says why.
      version = "5.100.0"
    }
  }
}
