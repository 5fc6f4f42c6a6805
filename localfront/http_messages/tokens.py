"""Tokens, the syntax of header names and methods (RFC 9110, 5.6.2)."""

import re

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
