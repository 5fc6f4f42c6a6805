"""PyYAML's safe loader, adapted to CloudFormation's YAML.

Source: CloudFormation User Guide, "Template formats" (YAML 1.1 without timestamps) and "Intrinsic
function reference" (short forms); AWS CLI, which reads templates in this way.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

BARE = frozenset({"Ref", "Condition"})  # without `Fn::` in their long form
TIMESTAMP, INT = "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:int"
WHOLE_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")

# The C implementation if PyYAML has it; ten times as fast.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class TemplateLoader(_Base):  # type: ignore[misc] # which of the two is known at run time alone
    """Use it with `yaml.load`."""


def _short_form(loader: Any, suffix: str, node: yaml.Node) -> Any:
    """`!GetAtt a.b` → `{"Fn::GetAtt": ["a", "b"]}`."""
    name = suffix if suffix in BARE else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        if suffix == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {name: value}


TemplateLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in (TIMESTAMP, INT)]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
}
TemplateLoader.add_implicit_resolver(INT, WHOLE_NUMBER, list("-+0123456789"))
TemplateLoader.add_multi_constructor("!", _short_form)
