"""The errors because of which a session cannot be checked.

SessionsUnknown
├── SettingsError      the function was deployed wrongly: its name or environment is invalid
└── DynamoDbError      DynamoDB timed out, returned an error, or an invalid response

Messages are logged, so they never contain a session id, a cookie or a key.
"""


class SessionsUnknown(Exception):  # noqa: N818 - the state, not a fault of one party
    """Catch this to fail closed."""


class SettingsError(SessionsUnknown):
    """A deployment error; the message names the variable and a valid value."""


class DynamoDbError(SessionsUnknown):
    """A failed call; the message names the operation and the failure."""
