"""Secrets within texts: parameters of URLs and forms, tokens, credentials, printed events.

The names are those of OAuth 2.0 (RFC 6749, sections 4.1 and 4.2; RFC 7636), OpenID Connect, SAML 2.0's
bindings, CAS, and the presigned URLs of CloudFront (`Policy`, `Signature`), S3 (`X-Amz-Signature`,
`X-Amz-Security-Token`, `AWSAccessKeyId`), Google and Azure (`sig`). Masking one value too many
costs a click, one too few a secret.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from localfront.exchange.request_trace import MASK

SECRET_NAME = re.compile(
    r"cookie|authorization|\bauth\b|token|jwt|secret|passw|passphrase|\b(?:pwd|sig)\b"
    r"|(?:api|private|access)[-_]?key|signature|credential|session|csrf|xsrf",
    re.IGNORECASE,
)
# Only for parameters: other things have these names too.
SECRET_PARAMETER = re.compile(
    r"(?:^|[-_])(?:code|otp|pin|assertion)$"
    r"|^(?:policy|state|nonce|ticket|hmac|code_verifier|relaystate|saml\w+)$",
    re.IGNORECASE,
)
# Also in a fragment, where OAuth's implicit flow puts its token.
PARAMETER = re.compile(r"((?:^|[?&;#])([^=&;?#\s]+)=)([^&;#\s]*)")
USER_INFO = re.compile(r"(//)[^/?#@:\s]*:[^/?#@\s]*@")  # RFC 3986, section 3.2.1
SCHEME = re.compile(r"\b([Bb]earer|[Bb]asic)(\s+)(?=[\w.~+/=-]+[0-9A-Z=])[\w.~+/=-]{4,}")
JSON_WEB_TOKEN = re.compile(r"(?<![\w-])eyJ[\w-]{4,}\.[\w-]+(?:\.[\w-]*)*")
# In a printed event or object, as JSON or Python repr.
_NAME = rf"""["'][\w-]{{0,64}}(?:{SECRET_NAME.pattern})[\w-]{{0,64}}["']"""
_VALUE = r"""["']value["']\s*:\s*"""
_QUOTED = r"""(["'])(?:\\.|(?!\2)[^\\])*"""
PRINTED = re.compile(
    rf"({_NAME}\s*(?:,\s*{_VALUE}|:\s*(?:[\[{{\s]{{0,8}}{_VALUE})?)){_QUOTED}", re.IGNORECASE
)
PRINTED_COOKIES = re.compile(
    r"""(["']cookies["']\s*:\s*\{)(.{0,2000}?\}\s*\})""", re.IGNORECASE | re.DOTALL
)
PRINTED_VALUE = re.compile(rf"({_VALUE}){_QUOTED}")
DEEPEST = 4  # URLs nested in a URL's parameter


def is_secret_parameter(name: str) -> bool:
    """Whether a parameter's value is secret; its name may be percent-encoded."""
    plain = unquote(name)
    return bool(SECRET_NAME.search(plain) or SECRET_PARAMETER.search(plain))


def masked_text(text: str) -> str:
    """Mask a request target, query string, log line, or another text that may contain URLs."""
    if "=" in text:
        text = _masked_parameters(text, DEEPEST)
    if "://" in text:
        text = USER_INFO.sub(rf"\1{MASK}@", text)
    text = SCHEME.sub(rf"\1\2{MASK}", text)
    return JSON_WEB_TOKEN.sub(MASK, text)


def masked_line(line: str) -> str:
    """Mask a function's log line, often an event or its headers."""
    line = PRINTED.sub(rf"\1\2{MASK}", line)
    return masked_text(PRINTED_COOKIES.sub(_without_values, line))


def _without_values(found: re.Match[str]) -> str:
    return found[1] + PRINTED_VALUE.sub(rf"\1\2{MASK}", found[2])


def _masked_parameters(text: str, depth: int) -> str:
    def masked(found: re.Match[str]) -> str:
        if is_secret_parameter(found[2]) or _hides_one(found[3], depth):
            return f"{found[1]}{MASK}"
        return found[0]

    return PARAMETER.sub(masked, text)


def _hides_one(value: str, depth: int) -> bool:
    """Whether a value is a percent-encoded URL with a secret in it."""
    if "%" not in value:
        return False
    plain = unquote(value)
    if plain == value:
        return False
    if depth == 0 or _masked_parameters(plain, depth - 1) != plain:
        return True
    return _hides_one(plain, depth - 1)
