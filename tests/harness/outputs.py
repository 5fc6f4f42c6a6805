"""Terraform outputs for tests, without Terraform."""

from harness.terraform.outputs import Outputs

OUTPUTS = Outputs(
    distribution_id="E1",
    distribution_domain_name="e1.cloudfront.net",
    site_url="https://logs.example.org/",
    bucket="pages",
    api_id="api",
    edge_function_name="site-edge",
    function_names=("login", "logs"),
    function_alias="live",
    sessions_table="sessions",
    logs_table="logs",
    secret_prefix="site/captains/",
)
