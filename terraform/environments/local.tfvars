# A laptop, or a test: all that differs from AWS.
domain   = "starfleet.localhost"
captains = ["kirk", "picard"]

# Browsers resolve *.localhost by themselves, and Terraform waits half a minute for a new record.
dns_records = false

deletion_protection = false
