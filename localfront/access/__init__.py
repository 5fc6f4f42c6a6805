"""Access checks: protocol, method, size, signed URLs and cookies, countries, web ACLs."""
