"""Care-kit stock: a ledger that only grows, and a sum that follows it and is never negative."""

import pytest
from django.db import IntegrityError, connection, transaction

from branches.models import StockItem, StockLevel, StockMovement
from branches.models.stock import MovementKind
from branches.stock import StockShort, hand_out_kit, move_stock
from tests.make import Town, make_town, new_key

pytestmark = pytest.mark.django_db

OPENING = 40


@pytest.fixture
def town() -> Town:
    return make_town()


def left(town: Town) -> int:
    return StockLevel.objects.get(branch=town.branch).quantity


def move(town: Town, kind: MovementKind, quantity: int, key: str = "") -> StockMovement:
    return move_stock(
        key=key or new_key(),
        branch=town.branch,
        item=StockItem.objects.get(code="care-kit"),
        kind=kind,
        quantity=quantity,
        actor=town.alice,
    )


def test_level_follows_the_ledger(town: Town) -> None:
    assert left(town) == OPENING
    hand_out_kit(key=new_key(), branch=town.branch, actor=town.alice)
    assert left(town) == OPENING - 1
    move(town, MovementKind.RECEIVED, 10)
    move(town, MovementKind.COUNTED, -4)
    assert left(town) == OPENING + 5
    assert sum(m.quantity for m in town.branch.stock_movements.all()) == OPENING + 5
    assert StockLevel.objects.get(branch=town.gaoxin).quantity == OPENING


def test_same_key_moves_once(town: Town) -> None:
    first = hand_out_kit(key="tap", branch=town.branch, actor=town.alice)
    assert hand_out_kit(key="tap", branch=town.branch, actor=town.alice) == first
    assert left(town) == OPENING - 1


def test_last_kit_goes_and_the_next_is_refused(town: Town) -> None:
    move(town, MovementKind.WRITTEN_OFF, -(OPENING - 1))
    hand_out_kit(key=new_key(), branch=town.branch, actor=town.alice)
    before = StockMovement.objects.count()

    with pytest.raises(StockShort):
        hand_out_kit(key=new_key(), branch=town.branch, actor=town.alice)
    assert (left(town), StockMovement.objects.count()) == (0, before)


def test_refusal_leaves_the_callers_transaction_usable(town: Town) -> None:
    with pytest.raises(StockShort):
        move(town, MovementKind.WRITTEN_OFF, -(OPENING + 1))
    move(town, MovementKind.RECEIVED, 1)
    assert left(town) == OPENING + 1


@pytest.mark.parametrize(
    ("kind", "quantity"),
    [
        (MovementKind.RECEIVED, -1),
        (MovementKind.RETURNED, 0),
        (MovementKind.HANDED_OUT, 1),
        (MovementKind.COUNTED, 0),
    ],
)
def test_wrong_sign_is_a_mistake_of_ours_and_not_a_shortage(
    town: Town, kind: MovementKind, quantity: int
) -> None:
    with pytest.raises(IntegrityError, match="movement_sign_fits_kind"), transaction.atomic():
        move(town, kind, quantity)
    assert left(town) == OPENING


def test_kit_that_nobody_has_registered_is_a_shortage(town: Town) -> None:
    StockItem.objects.filter(code="care-kit").update(code="other")
    with pytest.raises(StockShort):
        hand_out_kit(key=new_key(), branch=town.branch, actor=town.alice)


def test_level_below_zero_is_refused_by_the_database(town: Town) -> None:
    with pytest.raises(IntegrityError, match="stock_never_negative"), transaction.atomic():
        StockLevel.objects.filter(branch=town.branch).update(quantity=-1)
    assert left(town) == OPENING


@pytest.mark.parametrize("statement", ["UPDATE branches_stockmovement SET quantity = 1", "DELETE"])
def test_ledger_is_append_only(town: Town, statement: str) -> None:
    sql = statement if " " in statement else "DELETE FROM branches_stockmovement"
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        connection.cursor().execute(sql)
    assert left(town) == OPENING
