"""Phone numbers: one written form, and the masked one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eldercare.phones import is_mobile, mask, normalise
from foundation.errors import InvalidInput


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("13812345678", "13812345678"),
        ("138 1234 5678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("0086-13812345678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("(029)87654321", "02987654321"),
        ("029-87654321", "02987654321"),
        ("029 8765 4321", "02987654321"),
        ("0917-3456789", "09173456789"),
        ("029-87654321-12", "02987654321-12"),
    ],
)
def test_numbers_as_people_write_them(written: str, kept: str) -> None:
    assert normalise(written) == kept
    assert normalise(kept) == kept


@pytest.mark.parametrize(
    "written",
    ["", "1381234567", "138123456789", "12812345678", "87654321", "李奶奶", "1381234567x"],
)
def test_what_is_no_number_is_refused_by_field(written: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        normalise(written)
    assert set(refusal.value.fields) == {"phone"}


@given(st.text(alphabet="0123456789-+() １．", max_size=20))
def test_what_is_kept_is_kept_the_same_again(written: str) -> None:
    try:
        kept = normalise(written)
    except InvalidInput:
        return
    assert normalise(kept) == kept
    assert kept.replace("-", "").isascii()


def test_mask_shows_no_more_than_it_must() -> None:
    assert mask("13812345678") == "138****5678"
    assert mask("02987654321") == "********321"
    assert (is_mobile("13812345678"), is_mobile("02987654321")) == (True, False)
