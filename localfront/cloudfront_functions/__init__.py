"""CloudFront Functions: JavaScript at the viewer events, the second edge runtime."""
