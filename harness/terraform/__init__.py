"""Terraform: the program, its workspace, packages and outputs."""
