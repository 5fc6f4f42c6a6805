from dataclasses import replace

from localfront.http_messages.values import value


@value(frozen=True, slots=True, kw_only=True)
class Named:
    name: str
    lines: tuple[str, ...] = ()


def test_values_with_the_same_fields_are_equal_and_hash_equally() -> None:
    assert Named(name="a") == Named(name="a") != Named(name="b")
    assert len({Named(name="a"), Named(name="a"), Named(name="b")}) == 2


def test_a_changed_copy_does_not_modify_the_original() -> None:
    kept = Named(name="a", lines=("1",))

    assert replace(kept, name="b") == Named(name="b", lines=("1",))
    assert kept.name == "a"
