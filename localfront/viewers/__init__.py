"""Facts about the viewer: location, device, and the CloudFront-* headers made of them."""
