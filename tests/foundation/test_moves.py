"""Tables of moves."""

import pytest
from django.db.models import TextChoices

from foundation.errors import ErrorCode, MoveRefused
from foundation.moves import Moves


class Light(TextChoices):
    RED = "red"
    GREEN = "green"
    OFF = "off"


TABLE = {
    Light.RED: frozenset({Light.GREEN, Light.OFF}),
    Light.GREEN: frozenset({Light.RED}),
    Light.OFF: frozenset[Light](),
}


def test_a_move_outside_the_table_is_refused_and_says_from_where_to_where() -> None:
    moves = Moves("light", Light, TABLE)
    moves.check("red", "green")
    with pytest.raises(MoveRefused) as refusal:
        moves.check("green", "off")
    assert refusal.value.code == ErrorCode.MOVE_REFUSED
    assert refusal.value.data == {"machine": "light", "from": "green", "to": "off"}


def test_a_table_that_forgets_a_status_is_no_table() -> None:
    with pytest.raises(ValueError, match="light: no line for"):
        Moves("light", Light, {Light.RED: frozenset()})


def test_ends_are_the_statuses_from_which_nothing_follows() -> None:
    assert Moves("light", Light, TABLE).ends == {Light.OFF}
