variable "domain" {
  type        = string
  description = "The domain of your website."

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z][a-z0-9-]*[a-z0-9]$", var.domain))
    error_message = "Give the bare domain in lower case, such as example.com: the site becomes logs.example.com."
  }
}

variable "name" {
  type        = string
  description = "What the name of every resource starts with."
  default     = "my-serverless-website"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}[a-z0-9]$", var.name))
    error_message = "Use 3 to 40 lower-case letters, digits and hyphens, a letter first: the bucket's name is made of it."
  }
}

variable "captains" {
  type        = set(string)
  description = "User names that may log in. Each gets a secret; its value, a password hash, is written by other means."
  default     = []

  validation {
    condition     = alltrue([for captain in var.captains : can(regex("^[a-z][a-z0-9-]{0,31}$", captain))])
    error_message = "A user name is 1 to 32 lower-case letters, digits and hyphens, a letter first."
  }
}

variable "session_ttl_seconds" {
  type        = number
  description = "How long a log-in lasts, in seconds."
  default     = 60

  validation {
    condition     = var.session_ttl_seconds >= 1 && var.session_ttl_seconds <= 2592000 && floor(var.session_ttl_seconds) == var.session_ttl_seconds
    error_message = "A session lasts a whole number of seconds, from 1 to 2592000 (30 days)."
  }
}

variable "dns_records" {
  type        = bool
  description = "Whether to publish the site's name in the domain's Route 53 zone. False where the domain's DNS is kept elsewhere."
  default     = true
}

variable "deletion_protection" {
  type        = bool
  description = "Whether tables refuse to be deleted and deleted secrets can be recovered. False for a stack to be thrown away."
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
  description = "Path of the folder with the pages and their assets, as packaging makes it."
  default     = "../build/frontend"
}
