"""The format of user names."""

import re

# Narrow on purpose: a name becomes a DynamoDB key and part of a secret's name. It has no
# slash, so `<name>/requests` (see log_store) is never another captain's key.
_USER_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")


def is_user_name(text: str) -> bool:
    return _USER_NAME.fullmatch(text) is not None
