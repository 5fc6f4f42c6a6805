# Captains are managed by `./nox -s users`, not by Terraform: as resources they drifted with each change, and
# a deleted name was unavailable for 30 days. Stacks that still have them in their state forget them here;
# the secrets stay.
removed {
  from = aws_secretsmanager_secret.captain

  lifecycle {
    destroy = false
  }
}
