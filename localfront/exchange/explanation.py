"""What localfront says of an error that it answers itself, as the body of the response to it.

How it is shown is decided once it goes to a viewer: an error may be cached, and the next viewer may
take another form of it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """`rule` is the checklist's item ("" for none), `detail` preformatted, such as a traceback;
    `aws_text` what CloudFront's own page says, where it is known.
    """

    message: str
    rule: str = ""
    detail: str = ""
    aws_text: str = ""


class ExplainedBody(bytes):
    """A page that stands for itself, with what it was made of. Whoever replaces the body drops that."""

    explanation: Explanation

    @classmethod
    def of(cls, page: bytes, explanation: Explanation) -> ExplainedBody:
        body = cls(page)
        body.explanation = explanation
        return body
