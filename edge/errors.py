"""What can keep the function from knowing whether a session is valid.

SessionsUnknown
├── SettingsError      the function was deployed wrongly; its name or environment is off
└── DynamoDbError      DynamoDB did not answer in time, refused, or made no sense

Messages never hold a session id, a cookie or a key: they go to the log.
"""


class SessionsUnknown(Exception):  # noqa: N818 - the state, not a fault of one party
    """Catch this to fail closed."""


class SettingsError(SessionsUnknown):
    """The message names the variable and what belongs there."""


class DynamoDbError(SessionsUnknown):
    """The message says what was asked and what came back instead of an answer."""
