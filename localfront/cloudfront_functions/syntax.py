"""Find JavaScript in a function's code that its runtime does not support, with line and column.

The tree comes from tree-sitter's official grammar; the engine's own parser catches the errors that
it tolerates. Nothing is run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from localfront.cloudfront_functions import language
from localfront.cloudfront_functions.language import Feature, SyntaxVerdict

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

RUNTIME_1, RUNTIME_2 = "cloudfront-js-1.0", "cloudfront-js-2.0"
_PARSE_SECONDS, _PARSE_BYTES = 1.0, 32 * 1024 * 1024
_FLAGS = frozenset("gimy")
_PARAMETERS = frozenset({"formal_parameters"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A finding; `line` and `column` count from 1.

    A `refused` one fails on AWS, or did in njs.
    """

    line: int
    column: int
    text: str
    refused: bool


@lru_cache(maxsize=64)
def remarks(code: str, runtime: str) -> tuple[Remark, ...]:
    """All findings in order; of each kind only the first."""
    tree = _parser().parse(code.encode())
    found: dict[str, Remark] = {}
    for node in _nodes(tree.root_node):
        for text, refused in _remarks_on(node, runtime):
            line, column = node.start_point
            found.setdefault(
                text, Remark(line=line + 1, column=column + 1, text=text, refused=refused)
            )
    return tuple(found.values())


@lru_cache(maxsize=64)
def syntax_fault(script: str) -> str:
    """The engine's syntax error for a script, with its place; "" if there is none.

    The script becomes the body of a function that is never called.
    """
    import quickjs

    context = quickjs.Context()
    context.set_time_limit(_PARSE_SECONDS)
    context.set_memory_limit(_PARSE_BYTES)
    try:
        context.eval(f"(function () {{{script}\n}});")
    except quickjs.JSException as error:
        return str(error)
    return ""


@cache
def _parser() -> Parser:
    # Imported here: it takes 20 ms, and most configurations have no such function.
    import tree_sitter
    import tree_sitter_javascript

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_javascript.language()))


def _nodes(root: Node) -> Iterator[Node]:
    """All nodes in order of the text; not recursive, for deeply nested code."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def _remarks_on(node: Node, runtime: str) -> Iterator[tuple[str, bool]]:
    for feature in _features(node):
        if feature.since_2:
            if runtime == RUNTIME_1:
                yield _refusal(feature, runtime), True
        elif feature.verdict is SyntaxVerdict.REFUSED:
            yield _refusal(feature, runtime), True
        else:
            yield f"{feature.title} {feature.note}", False
    if _logs_several(node):
        yield "`console.log` prints only its first argument; join them with `+`", False
    name = _unlisted(node, runtime)
    if name:
        yield f"`{name}` is not documented for {runtime}", False


def _refusal(feature: Feature, runtime: str) -> str:
    where = f' ("{feature.section}")' if feature.section else ""
    instead = f"; use {feature.instead}" if feature.instead else ""
    return f"{feature.title} is not in {runtime}{where}{instead}"


def _features(node: Node) -> Iterator[Feature]:
    if not node.is_named and node.type not in {"??", "optional_chain"}:
        return
    if found := language.BY_NODE.get(node.type):
        yield found
    look = _CLOSER.get(node.type)
    if look:
        yield from look(node)


def _for(node: Node) -> Iterator[Feature]:
    tokens = {child.type for child in node.children}
    if "of" in tokens:
        yield language.FOR_OF
    if tokens & {"let", "const"}:
        yield language.BY_NODE["lexical_declaration"]


def _number(node: Node) -> Iterator[Feature]:
    text = _text(node)
    if text.endswith("n"):
        yield language.BIG_INT
    if "_" in text:
        yield language.SEPARATOR


def _assigned(node: Node) -> Iterator[Feature]:
    if node.parent is not None and node.parent.type in _PARAMETERS:
        yield language.DEFAULT_VALUE


def _catch(node: Node) -> Iterator[Feature]:
    if node.child_by_field_name("parameter") is None:
        yield language.CATCH_ALL


def _augmented(node: Node) -> Iterator[Feature]:
    if any(child.type in {"||=", "&&=", "??="} for child in node.children):
        yield language.ASSIGNING


def _binary(node: Node) -> Iterator[Feature]:
    if any(child.type == "??" for child in node.children):
        yield language.NULLISH


def _call(node: Node) -> Iterator[Feature]:
    called = node.child_by_field_name("function")
    if called is not None and called.type == "import":
        yield language.DYNAMIC_IMPORT
    arguments = node.child_by_field_name("arguments")
    if arguments is not None and arguments.type == "template_string":
        yield language.TAGGED


def _function(node: Node) -> Iterator[Feature]:
    if not any(child.type == "async" for child in node.children):
        return
    yield language.ASYNC
    if node.type != "function_declaration":
        yield language.ASYNC_CLOSURE


def _flags(node: Node) -> Iterator[Feature]:
    if not set(_text(node)) <= _FLAGS:
        yield language.OTHER_FLAG


_CLOSER = {
    "for_in_statement": _for,
    "number": _number,
    "assignment_pattern": _assigned,
    "catch_clause": _catch,
    "augmented_assignment_expression": _augmented,
    "binary_expression": _binary,
    "call_expression": _call,
    "function_declaration": _function,
    "function_expression": _function,
    "arrow_function": _function,
    "method_definition": _function,
    "regex_flags": _flags,
}


def _unlisted(node: Node, runtime: str) -> str:
    """The method or global of a call, if none of the runtime's lists has it."""
    if node.type not in {"call_expression", "new_expression"}:
        return ""
    called = node.child_by_field_name("function") or node.child_by_field_name("constructor")
    if called is None:
        return ""
    if called.type == "identifier":
        name = _text(called)
        return name if name in language.UNLISTED_GLOBALS else ""
    if called.type != "member_expression":
        return ""
    on, name = called.child_by_field_name("object"), _text(called.child_by_field_name("property"))
    if name in (language.NEW_IN_2 if runtime == RUNTIME_1 else language.ONLY_IN_1):
        return f"{name}()"
    if name not in language.UNLISTED_METHODS:
        return ""
    listed = language.LISTED_ON.get(name, frozenset())
    if listed is None or _text(on) in listed:
        return ""
    return f"{name}()"


def _logs_several(node: Node) -> bool:
    """AWS's page: "CloudFront Functions doesn't support comma syntax"."""
    if (
        node.type != "call_expression"
        or _text(node.child_by_field_name("function")) != "console.log"
    ):
        return False
    arguments = node.child_by_field_name("arguments")
    return arguments is not None and arguments.named_child_count > 1


def _text(node: Node | None) -> str:
    return "" if node is None or node.text is None else node.text.decode()
