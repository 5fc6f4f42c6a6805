"""The explanation of an error by localfront, as a response body.

It is rendered only for delivery: errors are cached, and viewers may accept different forms.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """An explanation.

    `rule` is the checklist's id ("" for none), `detail` preformatted text such as a traceback,
    `aws_text` the text on CloudFront's own page, if known.
    """

    message: str
    rule: str = ""
    detail: str = ""
    aws_text: str = ""


class ExplainedBody(bytes):
    """A body with its explanation, which is lost if the body is replaced."""

    explanation: Explanation

    @classmethod
    def of(cls, page: bytes, explanation: Explanation) -> ExplainedBody:
        body = cls(page)
        body.explanation = explanation
        return body
