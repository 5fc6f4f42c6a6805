"""Folders with Terraform, evaluated by Terraform itself, before any apply."""
