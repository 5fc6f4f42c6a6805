"""A class name has one meaning in the whole repository."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

from tests.checkout import ROOT, statements

PRODUCTS = ("localfront", "harness", "bench", "fuzz", "conformance", "lambdas", "edge")


def public_classes(file: Path) -> set[str]:
    """A protocol counts for what it describes, which may have its name."""
    return {
        node.name
        for node in statements(ast.parse(file.read_text()))
        if isinstance(node, ast.ClassDef)
        and not node.name.startswith("_")
        and not any("Protocol" in ast.unparse(base) for base in node.bases)
    }


@pytest.mark.parametrize("product", PRODUCTS)
def test_no_two_public_classes_of_a_product_share_a_name(product: str) -> None:
    where = defaultdict(list)
    files = list((ROOT / product).rglob("*.py"))
    assert files
    for file in files:
        for name in public_classes(file):
            where[name].append(str(file.relative_to(ROOT)))

    assert {name: files for name, files in where.items() if len(files) > 1} == {}
