# A laptop, or a test: all that differs from AWS.
domain = "starfleet.localhost"

# Browsers resolve *.localhost by themselves, and Terraform waits half a minute for a new record.
dns_records = false

# A session ends a minute after log-in, used or not, so that its end can be watched.
session_ttl_seconds      = 60
session_absolute_seconds = 60

deletion_protection = false
