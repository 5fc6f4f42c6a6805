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
  description = "Whether to create the domain's hosted zone. A registrar's or another stack's zone is usually there already, and a second one of the same name would get no queries."
  default     = false
}

variable "create_logging_role" {
  type        = bool
  description = "Whether to let API Gateway write logs. It is one setting for the whole account: false if the account has it."
  default     = true
}

variable "name" {
  type        = string
  description = "The prefix of the names of buckets and roles."
  default     = "my-serverless-website"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}[a-z0-9]$", var.name))
    error_message = "Use 3 to 40 lower-case letters, digits and hyphens, starting with a letter."
  }
}

variable "create_promotion" {
  type        = bool
  description = "Whether to create the buckets for Terraform's state and for releases."
  default     = false
}

variable "github_repository" {
  type        = string
  description = "The GitHub repository whose jobs deploy, as OWNER/NAME."
  default     = null

  validation {
    condition     = var.github_repository == null || can(regex("^[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}$", var.github_repository))
    error_message = "Give OWNER/NAME, such as starfleet/captains-log."
  }
}

variable "github_environments" {
  type        = map(string)
  description = "GitHub environments that may deploy, each with the `name` of its stack, such as { prod = \"my-serverless-website\" }. A role is created for each."
  default     = {}

  validation {
    condition     = alltrue([for environment, stack in var.github_environments : can(regex("^[a-z][a-z0-9-]{0,31}$", environment)) && can(regex("^[a-z][a-z0-9-]{1,38}[a-z0-9]$", stack))])
    error_message = "Environments and stacks have lower-case letters, digits and hyphens, starting with a letter."
  }

  validation {
    condition = alltrue(flatten([
      for one in values(var.github_environments) : [for other in values(var.github_environments) : !startswith(other, "${one}-")]
    ])) && length(distinct(values(var.github_environments))) == length(var.github_environments)
    error_message = "No stack's name may begin with another's: a role for website-* could change website-staging-* as well."
  }

  validation {
    condition     = length(var.github_environments) == 0 || (var.create_promotion && var.github_repository != null)
    error_message = "A pipeline needs create_promotion, for its state, and github_repository."
  }
}

variable "budget" {
  type = object({
    dollars_a_month = number
    emails          = set(string)
  })
  description = "The account's budget per month, and whom to notify at 80 % of it and at a forecast of 100 %. A budget stops nothing."
  default     = null

  validation {
    condition     = var.budget == null || try(var.budget.dollars_a_month > 0 && length(var.budget.emails) > 0, false)
    error_message = "Give more than 0 dollars, and at least one mail address."
  }
}
