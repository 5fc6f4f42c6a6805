"""AWS managed policies for functions, reduced to their permissions for logs.

Source: AWS Managed Policy Reference.
"""

from __future__ import annotations

from localfront.sources.description import Raw

PREFIX = "arn:aws:iam::aws:policy/"
LOGS: Raw = {
    "Statement": [
        {
            "Effect": "Allow",
            "Action": [
                "logs:CreateLogGroup",
                "logs:CreateLogStream",
                "logs:PutLogEvents",
            ],
            "Resource": "*",
        }
    ]
}
ALL: Raw = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
NO_LOGS: Raw = {"Statement": []}
DOCUMENTS = {
    "service-role/AWSLambdaBasicExecutionRole": LOGS,
    "service-role/AWSLambdaDynamoDBExecutionRole": LOGS,
    "service-role/AWSLambdaKinesisExecutionRole": LOGS,
    "service-role/AWSLambdaSQSQueueExecutionRole": LOGS,
    "service-role/AWSLambdaVPCAccessExecutionRole": LOGS,
    "AWSLambdaExecute": LOGS,
    "CloudWatchLogsFullAccess": ALL,
    "AdministratorAccess": ALL,
    "PowerUserAccess": ALL,
    "AmazonDynamoDBReadOnlyAccess": NO_LOGS,
    "AmazonS3ReadOnlyAccess": NO_LOGS,
    "AWSXRayDaemonWriteAccess": NO_LOGS,
}


def policy_document(arn: str) -> Raw | None:
    """A managed policy's permissions for logs; None if it is not in the table."""
    return DOCUMENTS.get(arn.removeprefix(PREFIX)) if arn.startswith(PREFIX) else None
