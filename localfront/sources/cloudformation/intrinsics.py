"""Intrinsic functions → values. A `Scope` supplies what depends on the stack.

Source: CloudFormation Template Reference, "Intrinsic function reference".
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from localfront.config.not_described import PLACEHOLDER
from localfront.errors import ConfigError
from localfront.sources.cloudformation.unknowns import Unknowns

NO_VALUE = object()  # AWS::NoValue: the property is left out
VARIABLE = re.compile(r"\$\{(!?)\s*([^{}]*?)\s*\}")
LOOP = "Fn::ForEach"
CIDR_COUNT, MOST_CIDRS = re.compile(r"[0-9]{1,3}"), 256
MOST_CHARACTERS = 1_000_000  # as many as a template may have
DYNAMIC = re.compile(r"\{\{resolve:([^{}]+)\}\}")


class Scope(Protocol):
    """The values that the intrinsic functions of a stack refer to."""

    @property
    def unknowns(self) -> Unknowns: ...

    def count(self) -> None:
        """Count one step of evaluation. Raises ConfigError after too many."""

    def ref(self, name: str) -> Any:
        """The value of a parameter, a pseudo parameter or a resource."""

    def attribute(self, logical_id: str, name: str) -> Any: ...

    def condition(self, condition: Any) -> bool:
        """The value of a condition, given by name or by its definition."""

    def mapped(self, name: str, keys: Sequence[str]) -> Any: ...

    def imported(self, name: str) -> Any: ...

    def dynamic(self, reference: str) -> str:
        """The value of a dynamic reference `{{resolve:SERVICE:…}}`, given without its braces."""


def resolve(raw: Any, scope: Scope) -> Any:
    """The value with all intrinsic functions evaluated. Raises ConfigError for unsupported ones."""
    if isinstance(raw, str):
        return DYNAMIC.sub(lambda m: scope.dynamic(m[1]), raw) if "{{resolve:" in raw else raw
    scope.count()
    if isinstance(raw, Mapping):
        if len(raw) == 1:
            ((name, argument),) = raw.items()
            function = FUNCTIONS.get(str(name))
            if function is not None:
                return function(argument, scope)
            check_supported(str(name))
        for name in raw:
            if str(name).startswith(LOOP):
                check_supported(str(name))
        found = ((str(name), resolve(inner, scope)) for name, inner in raw.items())
        return {name: value for name, value in found if value is not NO_VALUE}
    if isinstance(raw, list):
        members = (resolve(member, scope) for member in raw)
        return [member for member in members if member is not NO_VALUE]
    return raw


def check_supported(name: str) -> None:
    """Raise ConfigError if the function is not supported."""
    if name.startswith(LOOP):
        raise ConfigError(
            f"{name}: Fn::ForEach is not supported. Write out what it repeats, or use the "
            "processed template of a deployed stack (`aws cloudformation get-template "
            "--template-stage Processed`)."
        )
    if name.startswith("Fn::"):
        raise ConfigError(f"{name} is not a supported intrinsic function. Write its value.")


def text(value: Any) -> str:
    """The value as CloudFormation inserts it into a string."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(text, value))
    return str(value)


def _ref(argument: Any, scope: Scope) -> Any:
    return scope.ref(_name(argument, "Ref"))


def _get_att(argument: Any, scope: Scope) -> Any:
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    if not isinstance(parts, list) or len(parts) != 2:
        raise _malformed("Fn::GetAtt", "[resource, attribute]")
    return scope.attribute(text(resolve(parts[0], scope)), text(resolve(parts[1], scope)))


def _sub(argument: Any, scope: Scope) -> str:
    template, variables = (
        (argument, {}) if isinstance(argument, str) else _pair(argument, "Fn::Sub")
    )
    if not isinstance(template, str) or not isinstance(variables, Mapping):
        raise _malformed("Fn::Sub", "a text, or [text, {name: value}]")

    def value(match: re.Match[str]) -> str:
        literal, name = match.groups()
        if literal:
            return f"${{{name}}}"
        if name in variables:
            return text(resolve(variables[name], scope))
        logical_id, dot, attribute = name.partition(".")
        return text(scope.attribute(logical_id, attribute) if dot else scope.ref(name))

    return text(resolve(_bounded(VARIABLE.sub(value, template)), scope))


def _join(argument: Any, scope: Scope) -> str:
    separator, members = _pair(argument, "Fn::Join")
    found = _list(resolve(members, scope), "Fn::Join")
    return text(resolve(_bounded(text(separator).join(map(text, found))), scope))


def _bounded(text: str) -> str:
    """The text, if it is not too long: strings made of strings can double in each step."""
    if len(text) > MOST_CHARACTERS:
        raise ConfigError(f"A value has more than {MOST_CHARACTERS} characters. Shorten it.")
    return text


def _split(argument: Any, scope: Scope) -> list[str]:
    separator, whole = _pair(argument, "Fn::Split")
    return text(resolve(whole, scope)).split(text(resolve(separator, scope)) or "\0")


def _select(argument: Any, scope: Scope) -> Any:
    number, members = _pair(argument, "Fn::Select")
    found = _list(resolve(members, scope), "Fn::Select")
    at = text(resolve(number, scope))
    if at.isdecimal() and int(at) < len(found):
        return found[int(at)]
    # A placeholder has fewer parts than its real value.
    part = next((m for m in found if isinstance(m, str) and PLACEHOLDER.search(m)), None)
    if part is None:
        raise ConfigError(f"Fn::Select asks for member {at} of {len(found)}. Correct its index.")
    return part


def _if(argument: Any, scope: Scope) -> Any:
    if not isinstance(argument, list) or len(argument) != 3:
        raise _malformed("Fn::If", "[condition, value, value]")
    return resolve(argument[1] if scope.condition(argument[0]) else argument[2], scope)


def _find_in_map(argument: Any, scope: Scope) -> Any:
    if not isinstance(argument, list) or len(argument) not in (3, 4):
        raise _malformed("Fn::FindInMap", "[map, key, key]")
    name, first, second = (text(resolve(part, scope)) for part in argument[:3])
    default = argument[3].get("DefaultValue") if len(argument) == 4 else None
    if default is not None:
        try:
            return scope.mapped(name, (first, second))
        except ConfigError:
            return resolve(default, scope)
    return scope.mapped(name, (first, second))


def _import_value(argument: Any, scope: Scope) -> Any:
    return scope.imported(text(resolve(argument, scope)))


def _base64(argument: Any, scope: Scope) -> str:
    return base64.b64encode(text(resolve(argument, scope)).encode()).decode()


def _azs(argument: Any, scope: Scope) -> list[str]:
    region = text(resolve(argument, scope)) or text(scope.ref("AWS::Region"))
    return [f"{region}{zone}" for zone in "abc"]


def _cidr(argument: Any, scope: Scope) -> list[str]:
    """Fn::Cidr; CIDR blocks affect no response here."""
    block, count, *_ = [*_list(resolve(argument, scope), "Fn::Cidr"), "", ""]
    if not CIDR_COUNT.fullmatch(text(count)) or int(text(count)) > MOST_CIDRS:
        raise _malformed("Fn::Cidr", f"[range, number up to {MOST_CIDRS}, bits]")
    return [text(block)] * int(text(count))


def _json_text(argument: Any, scope: Scope) -> str:
    return json.dumps(resolve(argument, scope), separators=(",", ":"))


def _length(argument: Any, scope: Scope) -> int:
    return len(_list(resolve(argument, scope), "Fn::Length"))


def _transform(argument: Any, scope: Scope) -> str:
    name = text(argument.get("Name")) if isinstance(argument, Mapping) else "?"
    return scope.unknowns.value(f"Fn::Transform.{name}", f"the output of the macro {name}")


def _pair(argument: Any, name: str) -> tuple[Any, Any]:
    if not isinstance(argument, list) or len(argument) != 2:
        raise _malformed(name, "two arguments")
    return argument[0], argument[1]


def _list(value: Any, name: str) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, str) and PLACEHOLDER.search(value):
        return [value]
    raise _malformed(name, "a list")


def _name(argument: Any, name: str) -> str:
    if not isinstance(argument, str):
        raise _malformed(name, "a name")
    return argument


def _malformed(name: str, form: str) -> ConfigError:
    return ConfigError(f"{name} is malformed: it must be {form}. Correct it.")


FUNCTIONS: Mapping[str, Callable[[Any, Scope], Any]] = {
    "Ref": _ref,
    "Fn::Base64": _base64,
    "Fn::Cidr": _cidr,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAZs": _azs,
    "Fn::GetAtt": _get_att,
    "Fn::If": _if,
    "Fn::ImportValue": _import_value,
    "Fn::Join": _join,
    "Fn::Length": _length,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
    "Fn::ToJsonString": _json_text,
    "Fn::Transform": _transform,
}
