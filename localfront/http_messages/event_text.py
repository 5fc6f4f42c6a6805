"""Text as functions see it, and as what they wrote goes on (LE-018).

Source: CloudFront Developer Guide, "Restrictions on edge functions".
"""

from __future__ import annotations

import base64
import binascii


def shown(text: str) -> str:
    """The text as functions see it: UTF-8, or else ISO-8859-1.

    Bytes that are not UTF-8 arrive as surrogate escapes (PEP 383), which JSON has no room for.
    """
    if text.isascii():
        return text
    raw = text.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("iso-8859-1")


def is_encodable(text: str) -> bool:
    """Whether the text can be sent as UTF-8: half a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def decoded(data: str, encoding: object) -> bytes:
    """The bytes that a function meant, in one of the encodings "text" and "base64".

    Raises ValueError, whose arguments say what is wrong and what to do.
    """
    if encoding == "text":
        if not is_encodable(data):
            raise ValueError("has half a surrogate pair", "Use base64.")
        return data.encode()
    if encoding != "base64":
        raise ValueError("has an unknown encoding", 'It is "text" or "base64".')
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("is not valid base64", "Encode it, with padding.") from error
