"""The JavaScript that CloudFront Functions may use: AWS's lists, as data.

AWS's pages list what a runtime supports. Where they are silent, njs decides, whose peculiar methods
AWS's runtime shares: what njs 0.7.9 refuses is refused here, what it accepts gets a note. `section`
is the page's.

Source: CloudFront Developer Guide, "JavaScript runtime 1.0 features for CloudFront Functions",
"JavaScript runtime 2.0 features for CloudFront Functions" (FN-017, FN-025, FN-026).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class SyntaxVerdict(Enum):
    REFUSED = "refused"
    NOTED = "noted"


@dataclass(frozen=True, slots=True)
class Feature:
    """A syntax feature. `since_2`: by AWS's pages, runtime 2.0 has it and 1.0 does not."""

    title: str
    section: str
    verdict: SyntaxVerdict = SyntaxVerdict.REFUSED
    since_2: bool = False
    instead: str = ""
    note: str = "is not in AWS's documentation; njs, on which the runtime is based, accepts it"


_SILENT = ""

# By the parser's node type; cases that need more are in `syntax.py`.
BY_NODE: dict[str, Feature] = {
    "class_declaration": Feature("`class`", _SILENT, instead="a function and its prototype"),
    "class": Feature("`class`", _SILENT, instead="a function and its prototype"),
    "object_pattern": Feature("destructuring", _SILENT, instead="one `const` for each"),
    "array_pattern": Feature("destructuring", _SILENT, instead="one `const` for each"),
    "spread_element": Feature("spread (`...`)", _SILENT, instead="`apply`, `concat` or `assign`"),
    "optional_chain": Feature("`?.`", _SILENT, instead="`a && a.b`"),
    "generator_function_declaration": Feature("a generator", _SILENT, instead="a loop"),
    "generator_function": Feature("a generator", _SILENT, instead="a loop"),
    "yield_expression": Feature("a generator", _SILENT, instead="a loop"),
    "meta_property": Feature("`new.target`", _SILENT),
    "export_statement": Feature("`export`", _SILENT, instead="a function named `handler`"),
    "shorthand_property_identifier": Feature("`{name}`", _SILENT, SyntaxVerdict.NOTED),
    "computed_property_name": Feature("`{[name]: ...}`", _SILENT, SyntaxVerdict.NOTED),
    "method_definition": Feature("a method, getter or setter", _SILENT, SyntaxVerdict.NOTED),
    "lexical_declaration": Feature(
        "`let` or `const`", "Core features, Statements", since_2=True, instead="`var`"
    ),
    "await_expression": Feature("`await`", "Core features, Statements", since_2=True),
    "import_statement": Feature("`import`", "Built-in modules", since_2=True, instead="`require`"),
}
FOR_OF = Feature("`for…of`", _SILENT, instead="`for` with an index, or `forEach`")
BIG_INT = Feature("a BigInt", _SILENT, instead="a number")
SEPARATOR = Feature("a numeric separator", "Primitive objects, Number", since_2=True)
DEFAULT_VALUE = Feature("a default parameter", _SILENT, instead="`if (x === undefined)`")
CATCH_ALL = Feature("`catch` without a name", _SILENT, instead="`catch (e)`")
ASSIGNING = Feature("a logical assignment", _SILENT, instead="`if`")
NULLISH = Feature("`??`", _SILENT, SyntaxVerdict.NOTED)
DYNAMIC_IMPORT = Feature("`import()`", "Restricted features")
TAGGED = Feature("a tagged template", _SILENT, SyntaxVerdict.NOTED)
ASYNC = Feature("`async`", "Core features, Statements", since_2=True)
ASYNC_CLOSURE = Feature(
    "an async closure",
    "Core features, Statements",
    SyntaxVerdict.NOTED,
    note='may not work as written: "async arguments and closures are not supported"',
)
OTHER_FLAG = Feature("a regular expression's flag other than g, i, m and y", _SILENT)

# AWS's page lists none of these; njs has only the iterators and `Object.is`.
UNLISTED_METHODS = frozenset(
    [
        "at",
        "copyWithin",
        "entries",
        "findLast",
        "findLastIndex",
        "flat",
        "flatMap",
        "from",
        "fromEntries",
        "groupBy",
        "isWellFormed",
        "keys",
        "localeCompare",
        "matchAll",
        "normalize",
        "raw",
        "toLocaleLowerCase",
        "toLocaleUpperCase",
        "toReversed",
        "toSorted",
        "toSpliced",
        "toWellFormed",
        "trimLeft",
        "trimRight",
        "values",
        "with",
    ]
)
# The same names where the page lists them, by receiver.
LISTED_ON = {
    "copyWithin": None,  # Array, typed arrays
    "entries": frozenset({"Object"}),
    "keys": frozenset({"Object"}),
    "values": frozenset({"Object"}),
    "from": frozenset(
        [
            "Buffer",
            "Float32Array",
            "Float64Array",
            "Int8Array",
            "Int16Array",
            "Int32Array",
            "Uint8Array",
            "Uint8ClampedArray",
            "Uint16Array",
            "Uint32Array",
        ]
    ),
}
NEW_IN_2 = frozenset({"replaceAll", "allSettled", "any", "race"})
ONLY_IN_1 = frozenset({"bytesFrom", "fromBytes", "fromUTF8", "toBytes", "toUTF8"})
UNLISTED_GLOBALS = frozenset(
    [
        "AggregateError",
        "BigInt",
        "Intl",
        "Map",
        "Proxy",
        "Reflect",
        "Set",
        "URL",
        "URLSearchParams",
        "WeakMap",
        "WeakRef",
        "WeakSet",
        "clearTimeout",
        "fetch",
        "process",
        "queueMicrotask",
        "setInterval",
        "setTimeout",
        "structuredClone",
    ]
)
