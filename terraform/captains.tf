# The name alone: a value set here would put a password hash into Terraform's state.
resource "aws_secretsmanager_secret" "captain" {
  for_each = var.captains

  name        = "${local.secret_prefix}${each.key}"
  description = "Password hash of ${each.key}, as written by lambdas.passwords.hash_password."

  # With 0 days the name is free again at once, for the next stack that is thrown away.
  recovery_window_in_days = var.deletion_protection ? 30 : 0
}
