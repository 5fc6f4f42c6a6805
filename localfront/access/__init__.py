"""Who may pass: protocol, method and size, signed URLs and cookies, geographic restrictions."""
