"""Which of CloudFront's documented behaviors are proved, and by which tests."""
