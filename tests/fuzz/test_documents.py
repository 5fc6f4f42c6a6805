"""Documents with a few random changes."""

from __future__ import annotations

from fuzz.documents import DELETED, changed, places, seeds


def test_every_place_of_a_document_can_be_changed() -> None:
    kind = "AWS CLI"
    name = "key-group.json"
    document = seeds()[kind][name]

    for way in places(kind, name):
        assert changed(document, way, "something else") != document


def test_a_change_does_not_modify_the_original_document() -> None:
    document = {"a": [{"b": 1}]}

    assert changed(document, ("a", 0, "b"), 2) == {"a": [{"b": 2}]}
    assert changed(document, ("a", 0, "b"), DELETED) == {"a": [{}]}
    assert changed(document, ("a", 7, "b"), 2) == document
    assert document == {"a": [{"b": 1}]}
