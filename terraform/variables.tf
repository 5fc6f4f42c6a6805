variable "domain" {
  type        = string
  description = "The website's domain."

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z][a-z0-9-]*[a-z0-9]$", var.domain))
    error_message = "Give the bare domain in lower case, such as example.com: the site becomes logs.example.com."
  }
}

variable "site_host" {
  type        = string
  description = "The site's host name; by default `logs.` and the domain. A second stack needs another one."
  default     = null

  validation {
    condition     = var.site_host == null || can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z][a-z0-9-]*[a-z0-9]$", var.site_host))
    error_message = "Give a bare host name in lower case, such as staging.example.com."
  }

  validation {
    condition     = var.site_host == null || endswith(coalesce(var.site_host, "-"), ".${var.domain}")
    error_message = "The site's name must be a subdomain of the domain."
  }

  validation {
    condition     = var.site_host == null || var.certificate_arn != null || length(split(".", coalesce(var.site_host, "-"))) == length(split(".", var.domain)) + 1
    error_message = "The domain's wildcard certificate covers names directly below it. Give certificate_arn for a deeper one."
  }
}

variable "zone" {
  type        = string
  description = "The Route 53 zone for the site's record; by default the domain's."
  default     = null

  validation {
    condition     = var.zone == null || can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z][a-z0-9-]*[a-z0-9]$", var.zone))
    error_message = "Give the bare name of a zone in lower case, such as example.com."
  }

  validation {
    condition     = var.zone == null || endswith(".${coalesce(var.site_host, "logs.${var.domain}")}", ".${coalesce(var.zone, "-")}")
    error_message = "The site's name must be in the zone."
  }
}

variable "certificate_arn" {
  type        = string
  description = "A certificate in us-east-1 that covers the site's name; by default the newest one for `*.` and the domain."
  default     = null

  validation {
    condition     = var.certificate_arn == null || can(regex("^arn:aws[a-z-]*:acm:us-east-1:[0-9]{12}:certificate/", var.certificate_arn))
    error_message = "CloudFront requires an ACM certificate in us-east-1: arn:aws:acm:us-east-1:ACCOUNT:certificate/ID."
  }
}

variable "environment" {
  type        = string
  description = "A tag: the stack's environment, such as prod or staging. Stacks in one account differ in `name` and `site_host`."
  default     = "prod"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,31}$", var.environment))
    error_message = "Use up to 32 lower-case letters, digits and hyphens, starting with a letter."
  }
}

variable "owner" {
  type        = string
  description = "A tag: who is responsible for the stack. None by default."
  default     = null

  validation {
    condition     = var.owner == null || can(regex("^[\\w .:/=+@-]{1,128}$", var.owner))
    error_message = "A tag's value has 1 to 128 letters, digits, spaces and . : / = + - @."
  }
}

variable "allowed_account_ids" {
  type        = set(string)
  description = "The accounts that this may be applied to; by default any."
  default     = []

  validation {
    condition     = alltrue([for account in var.allowed_account_ids : can(regex("^[0-9]{12}$", account))])
    error_message = "An AWS account id has twelve digits."
  }
}

variable "permissions_boundary" {
  type        = string
  description = "ARN of the permissions boundary for the functions' roles, if the account requires one."
  default     = null

  validation {
    condition     = var.permissions_boundary == null || can(regex("^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/", var.permissions_boundary))
    error_message = "Give a policy's ARN: arn:aws:iam::ACCOUNT:policy/NAME."
  }
}

variable "name" {
  type        = string
  description = "The prefix of all resource names."
  default     = "my-serverless-website"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}[a-z0-9]$", var.name))
    error_message = "Use 3 to 40 lower-case letters, digits and hyphens, starting with a letter: the bucket's name contains it."
  }
}

variable "session_ttl_seconds" {
  type        = number
  description = "Seconds until an idle session ends."
  default     = 1800

  validation {
    condition     = var.session_ttl_seconds >= 1 && var.session_ttl_seconds <= 2592000 && floor(var.session_ttl_seconds) == var.session_ttl_seconds
    error_message = "A session lasts a whole number of seconds, from 1 to 2592000 (30 days)."
  }
}

variable "session_absolute_seconds" {
  type        = number
  description = "How long a session lasts at most, in seconds."
  default     = 43200

  validation {
    condition     = var.session_absolute_seconds >= 1 && var.session_absolute_seconds <= 2592000 && floor(var.session_absolute_seconds) == var.session_absolute_seconds
    error_message = "A session ends after a whole number of seconds, from 1 to 2592000 (30 days)."
  }

  validation {
    condition     = var.session_absolute_seconds >= var.session_ttl_seconds
    error_message = "A session cannot idle for longer than it lasts: session_ttl_seconds is the larger one."
  }
}

variable "api_keys" {
  type        = list(string)
  description = "Names of the API keys that the API accepts; CloudFront sends the first one. Without any, clients can bypass CloudFront."
  default     = []

  validation {
    condition     = length(var.api_keys) <= 2 && length(distinct(var.api_keys)) == length(var.api_keys)
    error_message = "Give at most two different keys: two are only for the rotation."
  }

  validation {
    condition     = alltrue([for key in var.api_keys : can(regex("^[a-z0-9][a-z0-9-]{0,31}$", key))])
    error_message = "A key's name is 1 to 32 lower-case letters, digits and hyphens, such as 2026-11."
  }
}

variable "limit_logins_by_address" {
  type        = bool
  description = "Whether failed log-ins are also limited by the viewer's address, against trying one password with many user names."
  default     = false

  validation {
    condition     = !var.limit_logins_by_address || length(var.api_keys) > 0
    error_message = "Only CloudFront's header has the viewer's address: give api_keys, or clients that bypass CloudFront can forge it."
  }
}

variable "login_reserved_concurrency" {
  type        = number
  description = "The reserved concurrency of log-ins, which also limits them, so that the edge function has the rest of the account's. -1 reserves none; a new account's quota of 10 allows none."
  default     = -1

  validation {
    condition     = var.login_reserved_concurrency == -1 || (var.login_reserved_concurrency >= 1 && floor(var.login_reserved_concurrency) == var.login_reserved_concurrency)
    error_message = "Give a whole number of at least 1, or -1 for none."
  }
}

variable "web_acl" {
  type        = string
  description = "Whether AWS WAF inspects requests before CloudFront: `off`, `count` (managed rules only count, log-ins are limited), or `block`. It costs about 8 dollars per month and 0.60 per million requests."
  default     = "off"

  validation {
    condition     = contains(["off", "count", "block"], var.web_acl)
    error_message = "Give off, count or block."
  }
}

variable "web_acl_logins_in_5_minutes" {
  type        = number
  description = "How many log-ins an address may attempt in five minutes before AWS WAF responds with 429."
  default     = 100

  validation {
    condition     = var.web_acl_logins_in_5_minutes >= 10 && var.web_acl_logins_in_5_minutes <= 2000000000 && floor(var.web_acl_logins_in_5_minutes) == var.web_acl_logins_in_5_minutes
    error_message = "AWS WAF accepts whole numbers from 10 to 2000000000."
  }
}

variable "access_logs" {
  type        = bool
  description = "Whether CloudFront logs each request, with the viewer's address, to CloudWatch Logs: 0.50 dollars per gigabyte."
  default     = false
}

variable "alarms" {
  type = object({
    emails = set(string)
  })
  description = "Mail addresses for alarms; they include a dashboard. None by default."
  default     = null

  validation {
    condition     = var.alarms == null || try(length(var.alarms.emails) > 0 && alltrue([for email in var.alarms.emails : can(regex("^[^@\\s]+@[^@\\s]+$", email))]), false)
    error_message = "Give at least one mail address."
  }
}

variable "edge_log_retention" {
  type        = bool
  description = "Whether a function sets a retention of 30 days for the edge function's logs in all Regions. Without it, they never expire outside us-east-1."
  default     = false
}

variable "tracing" {
  type        = bool
  description = "Whether X-Ray traces the API and its functions, for 5 dollars per million traces. It does not support the edge function."
  default     = false
}

variable "dns_records" {
  type        = bool
  description = "Whether to create the site's record in the Route 53 zone. False if the domain's DNS is hosted elsewhere."
  default     = true
}

variable "wait_for_deployment" {
  type        = bool
  description = "Whether to upload pages only after CloudFront has deployed the distribution with the edge function's version."
  default     = false
}

variable "deletion_protection" {
  type        = bool
  description = "Whether tables have deletion protection and deleted secrets can be recovered. False for a temporary stack."
  default     = true
}

variable "lambdas_package" {
  type        = string
  description = "Path of the API functions' archive."
  default     = "../build/lambdas.zip"
}

variable "edge_package" {
  type        = string
  description = "Path of the edge function's archive."
  default     = "../build/edge.zip"
}

variable "frontend_directory" {
  type        = string
  description = "Path of the folder with the built pages and assets."
  default     = "../build/frontend"
}
