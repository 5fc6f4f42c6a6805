"""The reason for a decision, with the checklist's id."""

from __future__ import annotations

from localfront.http_messages.values import value


@value(frozen=True, slots=True)
class Reason:
    """A reason. `rule` is an id such as CA-013; `text` a sentence naming the header or setting."""

    rule: str
    text: str
