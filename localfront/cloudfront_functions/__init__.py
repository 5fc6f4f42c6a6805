"""CloudFront Functions: JavaScript at the viewer events."""
