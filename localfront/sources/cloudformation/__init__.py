"""CloudFormation templates, also of CDK, SAM and the Serverless Framework."""
