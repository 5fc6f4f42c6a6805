"""CloudFormation's templates, and what CDK, SAM and the Serverless Framework make of them."""
