# Every option on, beside local.tfvars: what an emulator can rehearse of them.
api_keys                    = ["first", "second"]
limit_logins_by_address     = true
web_acl                     = "block"
web_acl_logins_in_5_minutes = 10
login_reserved_concurrency  = 5
permissions_boundary        = "arn:aws:iam::aws:policy/PowerUserAccess"
allowed_account_ids         = ["000000000000"]
environment                 = "rehearsal"
owner                       = "fleet operations"
access_logs                 = true
alarms                      = { emails = ["operations@starfleet.example"] }
edge_log_retention          = true
tracing                     = true
