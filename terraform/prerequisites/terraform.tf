terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0" # as in the application
    }
  }
}

provider "aws" {
  region = "us-east-1" # CloudFront requires certificates to be in this Region
}
