"""Batches: what expires first goes first, and the ledger is the stock whatever happens."""

import contextlib
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branches import stock, supplies
from branches.models import StockBatch, StockItem, StockLevel, StockMovement
from branches.models.stock import MovementKind
from branches.stock import CountOutdated, StockShort, count, move_stock, receive, use, write_off
from foundation.errors import InvalidInput
from tests.concurrency.conftest import race
from tests.make import MORNING, TODAY, Town, make_town, new_key
from workflow.due_steps import act_on_due
from workflow.models import DueStep

SOON, LATER = TODAY + timedelta(days=60), TODAY + timedelta(days=400)


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    with time_machine.travel(MORNING, tick=False):
        yield make_town()


@pytest.fixture
def bandage(db: None) -> StockItem:
    return StockItem.objects.create(
        code="bandage", name_zh="绷带", name_en="bandage", has_expiry=True
    )


def come(town: Town, item: StockItem, quantity: int, day: date, number: str = "") -> StockMovement:
    return receive(
        key=new_key(),
        branch=town.branch,
        item=item,
        quantity=quantity,
        actor=town.alice,
        batch_number=number,
        expires_on=day,
    )


def shelf(town: Town, item: StockItem) -> dict[date | None, int]:
    rows = StockBatch.objects.filter(branch=town.branch, item=item)
    return {row.expires_on: row.quantity for row in rows}


def level(town: Town, item: StockItem) -> tuple[int, int]:
    row = StockLevel.objects.get(branch=town.branch, item=item)
    return row.quantity, row.loose


def used(town: Town, item: StockItem, quantity: int, key: str = "") -> StockMovement:
    return use(
        key=key or new_key(), branch=town.branch, item=item, quantity=quantity, actor=town.alice
    )


def test_first_to_expire_is_first_to_go(town: Town, bandage: StockItem) -> None:
    come(town, bandage, 5, LATER)
    come(town, bandage, 3, SOON)
    first = used(town, bandage, 4)
    assert shelf(town, bandage) == {SOON: 0, LATER: 4}
    assert level(town, bandage) == (4, 0)
    lines = StockMovement.objects.filter(key__startswith=first.key).order_by("pk")
    assert [(row.key, row.quantity) for row in lines] == [(first.key, -3), (f"{first.key}#2", -1)]


def test_same_key_over_two_batches_moves_once(town: Town, bandage: StockItem) -> None:
    come(town, bandage, 2, SOON)
    come(town, bandage, 2, LATER)
    first = used(town, bandage, 3, key="tap")
    assert used(town, bandage, 3, key="tap") == first
    assert level(town, bandage) == (1, 0)


def test_expired_is_written_off_and_not_used(town: Town, bandage: StockItem) -> None:
    come(town, bandage, 5, SOON)
    with time_machine.travel(MORNING + timedelta(days=61), tick=False):
        with pytest.raises(StockShort):
            used(town, bandage, 1)
        assert shelf(town, bandage) == {SOON: 5}
        write_off(
            key=new_key(),
            branch=town.branch,
            item=bandage,
            quantity=5,
            actor=town.alice,
            reason="expired",
        )
    assert level(town, bandage) == (0, 0)


def test_what_has_no_date_goes_last(town: Town, bandage: StockItem) -> None:
    kit = StockItem.objects.get(code="care-kit")
    come(town, kit, 1, SOON)
    stock.hand_out_kit(key=new_key(), branch=town.branch, actor=town.alice)
    assert (shelf(town, kit), level(town, kit)) == ({SOON: 0}, (40, 40))
    stock.hand_out_kit(key=new_key(), branch=town.branch, actor=town.alice)
    assert level(town, kit) == (39, 39)


@pytest.mark.parametrize("day", [None, TODAY - timedelta(days=1)])
def test_without_a_date_or_with_a_past_one_nothing_comes_in(
    town: Town, bandage: StockItem, day: date | None
) -> None:
    with pytest.raises(InvalidInput) as refused:
        come(town, bandage, 1, day)  # type: ignore[arg-type]
    assert list(refused.value.fields) == ["expires_on"]
    assert not StockBatch.objects.exists()


def test_batch_keeps_its_date(town: Town, bandage: StockItem) -> None:
    come(town, bandage, 1, SOON, "B7")
    come(town, bandage, 1, SOON, "B7")
    with pytest.raises(InvalidInput):
        come(town, bandage, 1, LATER, "B7")
    assert shelf(town, bandage) == {SOON: 2}


def test_count_puts_a_batch_right_and_says_nothing_when_it_was(
    town: Town, bandage: StockItem
) -> None:
    batch = come(town, bandage, 5, SOON).batch
    for found in (3, 6, 6):
        made = count(
            key=new_key(),
            branch=town.branch,
            item=bandage,
            found=found,
            actor=town.alice,
            batch=batch,
        )
    assert made is None
    assert (shelf(town, bandage), level(town, bandage)) == ({SOON: 6}, (6, 0))
    with pytest.raises(InvalidInput):
        count(key="c", branch=town.branch, item=bandage, found=-1, actor=town.alice)


def test_count_is_refused_when_something_has_moved_since(town: Town, bandage: StockItem) -> None:
    batch = come(town, bandage, 5, SOON).batch
    used(town, bandage, 1)
    where: dict[str, Any] = {
        "branch": town.branch,
        "item": bandage,
        "batch": batch,
        "actor": town.alice,
    }
    with pytest.raises(CountOutdated):
        count(key="c", found=3, expected=5, **where)
    assert level(town, bandage) == (4, 0)
    made = count(key="c", found=3, expected=4, **where)
    assert made is not None
    assert made.quantity == -1
    assert count(key="c", found=3, expected=4, **where) == made


def test_what_comes_back_goes_into_its_batch(town: Town, bandage: StockItem) -> None:
    batch = come(town, bandage, 5, SOON).batch
    used(town, bandage, 2)
    where: dict[str, Any] = {
        "branch": town.branch,
        "item": bandage,
        "quantity": 1,
        "actor": town.alice,
    }
    with pytest.raises(InvalidInput) as refused:
        stock.take_back(key=new_key(), **where)
    assert list(refused.value.fields) == ["batch"]
    for _twice in range(2):
        stock.take_back(key="back", batch=batch, **where)
    assert (shelf(town, bandage), level(town, bandage)) == ({SOON: 4}, (4, 0))
    with (
        time_machine.travel(MORNING + timedelta(days=61), tick=False),
        pytest.raises(InvalidInput),
    ):
        stock.take_back(key=new_key(), batch=batch, **where)
    assert level(town, bandage) == (4, 0)


def test_batch_of_another_branch_is_refused_by_the_database(town: Town, bandage: StockItem) -> None:
    batch = come(town, bandage, 5, SOON).batch
    with pytest.raises(IntegrityError, match="movement_fits_batch"), transaction.atomic():
        move_stock(
            key=new_key(),
            branch=town.gaoxin,
            item=bandage,
            kind=MovementKind.RETURNED,
            quantity=1,
            actor=town.bob,
            batch=batch,
        )
    assert not StockLevel.objects.filter(branch=town.gaoxin, item=bandage).exists()


def test_two_steps_before_it_expires_once_each(town: Town, bandage: StockItem) -> None:
    come(town, bandage, 5, SOON)
    come(town, bandage, 5, SOON)
    steps = DueStep.objects.filter(kind="batch_expires").order_by("due_at")
    assert [(SOON - step.due_at.astimezone(MORNING.tzinfo).date()).days for step in steps] == [
        *(30, 7),
    ]
    with time_machine.travel(MORNING + timedelta(days=31), tick=False):
        act_on_due()
        act_on_due()
    assert [(step.status, step.branch_code) for step in steps.all()] == [
        ("open", town.branch.code),
        ("waiting", town.branch.code),
    ]


def test_batch_that_is_gone_asks_nobody(town: Town, bandage: StockItem) -> None:
    come(town, bandage, 2, SOON)
    used(town, bandage, 2)
    with time_machine.travel(MORNING + timedelta(days=59), tick=False):
        act_on_due()
    assert set(DueStep.objects.values_list("status", flat=True)) == {"skipped"}


def test_batch_that_comes_late_is_spoken_of_once_and_at_once(
    town: Town, bandage: StockItem
) -> None:
    come(town, bandage, 2, TODAY + timedelta(days=5))
    assert [step.due_at for step in DueStep.objects.all()] == [MORNING]


def test_reorder_is_asked_for_once_until_there_is_enough_again(
    town: Town, bandage: StockItem
) -> None:
    come(town, bandage, 10, LATER)
    supplies.set_reorder_level(branch=town.branch, item=bandage, level=5)
    reorder = DueStep.objects.filter(kind="stock_reorder")
    used(town, bandage, 4)
    assert reorder.count() == 0
    used(town, bandage, 1)
    used(town, bandage, 1)
    assert [(step.status, step.outcome) for step in reorder] == [("open", "bandage: 5 left")]
    come(town, bandage, 1, LATER)
    assert reorder.get().status == "open"
    come(town, bandage, 1, LATER)
    assert reorder.get().status == "skipped"
    used(town, bandage, 2)
    assert sorted(reorder.values_list("status", flat=True)) == ["open", "skipped"]


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["receive", "loose", "use", "write_off", "count"]),
        st.integers(0, 9),
        st.sampled_from([SOON, LATER]),
    ),
    max_size=12,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=MOVES)
def test_any_movements_keep_ledger_and_stock_equal_and_never_negative(
    town: Town, bandage: StockItem, moves: list[tuple[str, int, date]]
) -> None:
    with transaction.atomic():
        for kind, quantity, day in moves:
            with contextlib.suppress(StockShort, InvalidInput):
                _do(town, bandage, kind, quantity, day)
            _check_sums(town, bandage)
        transaction.set_rollback(True)


def _do(town: Town, item: StockItem, kind: str, quantity: int, day: date) -> None:
    if kind == "receive":
        come(town, item, quantity, day)
    elif kind == "loose":
        move_stock(
            key=new_key(),
            branch=town.branch,
            item=item,
            kind=MovementKind.RETURNED,
            quantity=quantity or 1,
            actor=town.alice,
        )
    elif kind == "use":
        used(town, item, quantity)
    elif kind == "write_off":
        write_off(
            key=new_key(),
            branch=town.branch,
            item=item,
            quantity=quantity,
            actor=town.alice,
            reason="torn",
        )
    else:
        batch = StockBatch.objects.filter(item=item).first()
        count(
            key=new_key(),
            branch=town.branch,
            item=item,
            found=quantity,
            actor=town.alice,
            batch=batch,
        )


def _check_sums(town: Town, item: StockItem) -> None:
    rows = StockMovement.objects.filter(branch=town.branch, item=item)
    ledger = rows.aggregate(n=Sum("quantity"))["n"] or 0
    held = StockLevel.objects.filter(branch=town.branch, item=item).first()
    batches = list(shelf(town, item).values())
    assert ledger == (held.quantity if held else 0)
    assert ledger == (held.loose if held else 0) + sum(batches)
    assert min([ledger, *batches]) >= 0


@pytest.mark.django_db(transaction=True)
def test_many_at_once_take_what_there_is_and_no_more(
    transactional_db: None, town: Town, bandage: StockItem
) -> None:
    come(town, bandage, 3, SOON)
    come(town, bandage, 4, LATER)

    def act(n: int) -> None:
        if n % 4 == 3:
            come(town, bandage, 1, SOON)
        else:
            used(town, bandage, 2)

    ends = race(12, act)
    assert ends["won"] + ends["stock_short"] == 12
    _check_sums(town, bandage)
    # Seven were there and three came; two each went to six at least, for nine are three.
    taken = ends["won"] - 3
    assert level(town, bandage) == (10 - 2 * taken, 0)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.django_db(transaction=True)
def test_any_movements_at_once_keep_ledger_and_stock_equal_and_never_negative(
    transactional_db: None, town: Town, bandage: StockItem, seed: int
) -> None:
    """Eight people at one shelf, each with a random list of movements, really at the same time."""
    come(town, bandage, 4, SOON)
    dice = random.Random(seed)
    kinds = ["receive", "loose", "use", "use", "write_off", "count"]
    lists = [
        [(dice.choice(kinds), dice.randint(1, 4), dice.choice([SOON, LATER])) for _ in range(6)]
        for _ in range(8)
    ]

    def act(n: int) -> None:
        for kind, quantity, day in lists[n]:
            with contextlib.suppress(StockShort, InvalidInput):
                _do(town, bandage, kind, quantity, day)

    assert race(8, act) == {"won": 8}
    _check_sums(town, bandage)
    for row in StockMovement.objects.filter(item=bandage, batch__isnull=False):
        assert row.batch is not None
        assert row.batch.item_id == row.item_id
    for batch in StockBatch.objects.filter(item=bandage):
        lines = StockMovement.objects.filter(batch=batch).aggregate(n=Sum("quantity"))["n"] or 0
        assert lines == batch.quantity >= 0
