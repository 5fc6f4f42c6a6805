"""Why something was decided as it was: for people, and with the checklist's item to look it up."""

from __future__ import annotations

from localfront.http_messages.values import value


@value(frozen=True, slots=True)
class Reason:
    """`rule` is the item, such as CA-013; `text` a sentence that names the header or the setting."""

    rule: str
    text: str
