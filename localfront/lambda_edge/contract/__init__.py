"""What Lambda@Edge functions are shown, and what they may return."""
