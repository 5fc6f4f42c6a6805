"""The form of a header's name and of a method: a token (RFC 9110, 5.6.2)."""

import re

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
