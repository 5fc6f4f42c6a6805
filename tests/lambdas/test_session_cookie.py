import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.session_cookie import session_ids

ID = "A" * 42 + "_"
OTHER = "B" * 43


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([], (), id="no line"),
        pytest.param([f"__Host-session-id={ID}"], (ID,), id="alone"),
        pytest.param([f"theme=dark; __Host-session-id={ID}; a=b"], (ID,), id="among others"),
        pytest.param(["theme=dark", f"__Host-session-id={ID}"], (ID,), id="on a second line"),
        pytest.param([f"theme=dark;__Host-session-id={ID}"], (ID,), id="no space"),
        pytest.param(
            [f"__Host-session-id={ID}; __Host-session-id={OTHER}"],
            (ID, OTHER),
            id="two, in order",
        ),
        pytest.param(
            [f"__Host-session-id=x; __Host-session-id={ID}"],
            (ID,),
            id="malformed, then good",
        ),
        pytest.param(
            [f"__Host-session-id={ID}", f"__Host-session-id={ID}"],
            (ID,),
            id="one twice",
        ),
        pytest.param([f"__host-session-id={ID}"], (), id="names are case-sensitive"),
        pytest.param([f"my-__Host-session-id={ID}"], (), id="another name"),
        pytest.param([f"session-id={ID}"], (), id="the former name"),
        pytest.param([f'__Host-session-id="{ID}"'], (), id="quotes are part of a value"),
        pytest.param([f"__Host-session-id={ID}="], (), id="one character too many"),
        pytest.param([f"__Host-session-id={ID[1:]}"], (), id="one too few"),
        pytest.param([f"__Host-session-id={ID}\n"], (), id="line break"),
        pytest.param([f"__Host-session-id={ID[:-1]}é"], (), id="not in the alphabet"),
    ],
)
def test_the_session_id_is_read_from_the_cookie_lines(
    lines: list[str], expected: tuple[str, ...]
) -> None:
    assert session_ids(lines) == expected


def test_every_id_that_a_login_makes_is_well_formed() -> None:
    made = [secrets.token_urlsafe(32) for _ in range(100)]

    assert [session_ids([f"__Host-session-id={one}"]) for one in made] == [(one,) for one in made]


def test_four_ids_are_tried_at_most() -> None:
    sent = "; ".join(f"__Host-session-id={number:043d}" for number in range(100))

    assert session_ids([sent]) == tuple(f"{number:043d}" for number in range(4))


SCRAPS = st.lists(
    st.sampled_from(["__Host-session-id", "=", ";", " ", ID, "\x00"]) | st.text(max_size=3)
).map("".join)


@given(st.lists(st.text() | SCRAPS))
def test_any_cookie_lines_give_safe_table_keys(lines: list[str]) -> None:
    for found in session_ids(lines):
        assert len(found) == 43
        assert found.isascii()
        assert found.replace("-", "").replace("_", "").isalnum()


@given(st.lists(st.text().filter(lambda text: "session-id" not in text)))
def test_other_cookies_do_not_hide_the_session_cookie(around: list[str]) -> None:
    assert session_ids([*around, f"__Host-session-id={ID}"]) == (ID,)
    assert session_ids(["; ".join([*around, f"__Host-session-id={ID}"])]) == (ID,)
