"""A folder with Terraform in it, evaluated by Terraform itself before its first apply."""
