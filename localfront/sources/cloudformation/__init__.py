"""CloudFormation templates, including those of CDK, SAM and the Serverless Framework."""
