"""A function's result with its event, and errors in it.

AWS's guide does not say what happens to a result that is not an object, or lacks fields of the
event (table D.2, item 4). Neither can be intended, and what passes here must not fail there
(chapter D.3 of the checklist), so each is a 502 that says what to change. The same goes for every
rule marked as undocumented where its field is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Generic, NoReturn, TypeVar

from localfront.errors import EdgeValidationError
from localfront.http_messages.values import value
from localfront.lambda_edge.contract.limits import EventType
from localfront.profiles import ASSUMPTIONS, Assumptions, Profile

_MAX_QUOTED = 100  # characters
_REQUEST = "the request of the event, or a response with a `status`"
_RESPONSE = "the response of the event"
_WANTED: Mapping[EventType, str] = {
    EventType.VIEWER_REQUEST: _REQUEST,
    EventType.ORIGIN_REQUEST: _REQUEST,
    EventType.ORIGIN_RESPONSE: _RESPONSE,
    EventType.VIEWER_RESPONSE: _RESPONSE,
}

Thing = TypeVar("Thing")  # a request, a response, an origin, headers
Part = TypeVar("Part")


@value(frozen=True, slots=True, kw_only=True)
class Result(Generic[Thing]):
    """A result, or a field of one: `sent` was built from `original`, `returned` is the function's."""

    event: EventType
    original: Thing
    sent: Any
    returned: Any
    profile: Profile
    assumptions: Assumptions = ASSUMPTIONS

    @classmethod
    def of(
        cls,
        event: Mapping[str, Any],
        returned: object,
        original: Thing,
        profile: Profile,
        assumptions: Assumptions = ASSUMPTIONS,
    ) -> Result[Thing]:
        """The complete result for an event. Raises EdgeValidationError (LR-001).

        Anything but an object, such as null, is refused (undocumented: item 4).
        """
        cf = event["Records"][0]["cf"]
        result = cls(
            event=EventType(cf["config"]["eventType"]),
            original=original,
            sent=cf.get("response", cf["request"]),
            returned=returned,
            profile=profile,
            assumptions=assumptions,
        )
        if not isinstance(returned, dict):
            result.fail(
                "LR-001",
                f"the function returned {named(returned)}",
                f"Return {_WANTED[result.event]}.",
            )
        return result

    def field(self, name: str, original: Part, *, absent: object = None) -> Result[Part]:
        """A field of the result, which may have any value."""
        return Result(
            event=self.event,
            original=original,
            sent=self.sent.get(name, {}),
            returned=self.returned.get(name, absent),
            profile=self.profile,
            assumptions=self.assumptions,
        )

    def require(self, names: Iterable[str], *, wanted: str = "") -> None:
        """Refuse a result without the event's fields, such as {} (undocumented: D.2, item 4).

        Raises EdgeValidationError (LR-002).
        """
        missing = [name for name in names if name not in self.returned]
        if missing:
            self.fail(
                "LR-002",
                f"what the function returned has no {listed(missing)}",
                f"Return {wanted or _WANTED[self.event]}, not its envelope.",
            )

    def fail(self, rule: str, problem: str, fix: str) -> NoReturn:
        """Raise EdgeValidationError (LX-001). `rule` is the checklist's id."""
        raise EdgeValidationError(f"{self.event}: {problem}. {fix}", rule=rule)


def named(value: object) -> str:
    """The JSON type of a value, for messages."""
    return "nothing" if value is None else f"a {type(value).__name__}"


def quoted(value: object) -> str:
    """A value as quoted in messages, shortened; results can have any size and depth."""
    if isinstance(value, (dict, list)):
        return named(value)
    text = repr(value)
    return text if len(text) <= _MAX_QUOTED else f"{text[:_MAX_QUOTED]}..."


def listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
