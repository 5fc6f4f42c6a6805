# Captains are not Terraform's: `./nox -s users` makes, resets and disables them. As resources they drifted
# with every one who came or went, and a name was locked for 30 days. A stack that has them in its state
# forgets them here, and keeps each secret as it is.
removed {
  from = aws_secretsmanager_secret.captain

  lifecycle {
    destroy = false
  }
}
