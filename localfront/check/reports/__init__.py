"""A check's report: for people, as JSON, as SARIF."""
