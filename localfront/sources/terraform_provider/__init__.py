"""A Terraform provider that stays attached, and a proxy that repeats its earlier responses."""
