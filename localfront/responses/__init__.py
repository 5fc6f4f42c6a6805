"""What viewers get: headers policies, compression, ranges, and what CloudFront itself says."""
