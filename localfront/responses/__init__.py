"""Responses to viewers: headers policies, compression, ranges, and CloudFront's own pages."""
