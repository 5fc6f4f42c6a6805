"""Convert text for function events, and back (LE-018).

Source: CloudFront Developer Guide, "Restrictions on edge functions".
"""

from __future__ import annotations

import base64
import binascii


def shown(text: str) -> str:
    """The text for an event: decoded as UTF-8, or else as ISO-8859-1.

    Bytes that are not UTF-8 arrive as surrogate escapes (PEP 383), which JSON cannot represent.
    """
    if text.isascii():
        return text
    raw = text.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("iso-8859-1")


def is_encodable(text: str) -> bool:
    """Whether the text can be encoded as UTF-8: lone surrogates cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def decoded(data: str, encoding: object) -> bytes:
    """Decode a body that a function returned, with the encoding "text" or "base64".

    Raises ValueError; its arguments are the mistake and the remedy.
    """
    if encoding == "text":
        if not is_encodable(data):
            raise ValueError("has half a surrogate pair", "Use base64.")
        return data.encode()
    if encoding != "base64":
        raise ValueError("has an unknown encoding", 'It must be "text" or "base64".')
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("is not valid base64", "Encode it, with padding.") from error
