"""The contract of Lambda@Edge functions: their events, and the results they may return."""
