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

  # DynamoDB may delete days late, so every reader checks the time as well.
  ttl {
    attribute_name = "ttl"
    enabled        = true
  }

  # A table restored to a point in time would bring sessions back that were logged out since. What is
  # lost with it is lost for a log-in.
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

  # Only the markers of requests already answered carry it; an entry is kept for ever.
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

# Never restored and never missed: a lost counter only gives a captain fresh attempts.
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
