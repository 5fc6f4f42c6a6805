"""A Terraform provider that stays attached, and a proxy that repeats what it answered before."""
