variable "domain" {
  type        = string
  description = "The domain of your website."

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z][a-z0-9-]*[a-z0-9]$", var.domain))
    error_message = "Give the bare domain in lower case, such as example.com."
  }
}

variable "create_zone" {
  type        = bool
  description = "Whether to create the domain's hosted zone. A registrar's or another stack's zone is usually there already, and a second one of the same name would answer nobody."
  default     = false
}

variable "create_logging_role" {
  type        = bool
  description = "Whether to let API Gateway write logs. It is one setting for the whole account: false if the account has it."
  default     = true
}
