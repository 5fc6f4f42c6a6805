resource "aws_dynamodb_table" "sessions" {
  name                        = "${var.name}-sessions"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "session-id"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "session-id"
    type = "S"
  }

  attribute {
    name = "userName"
    type = "S"
  }

  # For ending all sessions of a user.
  global_secondary_index {
    name            = "by-user"
    hash_key        = "userName"
    projection_type = "KEYS_ONLY"
  }

  # DynamoDB may delete items days late, so readers check the time as well.
  ttl {
    attribute_name = "ttl"
    enabled        = true
  }

  # A point-in-time restore would revive sessions that were logged out since. A lost session only costs a
  # log-in.
  point_in_time_recovery {
    enabled = false
  }

  server_side_encryption {
    enabled = true
  }
}

resource "aws_dynamodb_table" "logs" {
  name                        = "${var.name}-logs"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "userName"
  range_key                   = "id"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "userName"
    type = "S"
  }

  attribute {
    name = "id"
    type = "S"
  }

  # Only idempotency markers have it; entries never expire.
  ttl {
    attribute_name = "ttl"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled = true
  }
}

# Not backed up: a lost counter only gives a captain new attempts.
resource "aws_dynamodb_table" "login_attempts" {
  name         = "${var.name}-login-attempts"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "userName"

  attribute {
    name = "userName"
    type = "S"
  }

  ttl {
    attribute_name = "ttl"
    enabled        = true
  }

  server_side_encryption {
    enabled = true
  }
}
