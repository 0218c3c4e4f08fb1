"""Kits are put together from what is there; the region is asked for what is not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from branches import supplies
from branches.kits import assemble, contents, define_kit
from branches.models import StockBatch, StockItem, StockLevel, StockMovement, StockRequest
from branches.models.stock import MovementKind
from branches.shelf import shelf_of
from branches.stock import StockShort, move_stock, receive
from branches.supplies import AlreadyAsked
from foundation import clock
from foundation.errors import InvalidInput, MoveRefused, NotAllowed
from tests.make import Town, make_town, new_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def kit() -> StockItem:
    return StockItem.objects.create(code="small-kit", name_zh="小包", name_en="small kit")


def item(code: str) -> StockItem:
    return StockItem.objects.get_or_create(code=code, defaults={"name_zh": code, "name_en": code})[
        0
    ]


def put(town: Town, code: str, quantity: int, days: int | None = None) -> None:
    expires_on = None if days is None else clock.today() + timedelta(days=days)
    receive(
        key=new_key(),
        branch=town.branch,
        item=item(code),
        quantity=quantity,
        actor=town.alice,
        expires_on=expires_on,
    )


def left(town: Town, code: str) -> int:
    row = StockLevel.objects.filter(branch=town.branch, item__code=code).first()
    return row.quantity if row else 0


def test_kits_are_made_of_their_components_and_expire_with_the_first(
    town: Town, kit: StockItem
) -> None:
    define_kit(kit=kit, components={item("mask"): 2, item("torch"): 1})
    put(town, "mask", 4, 90)
    put(town, "mask", 4, 200)
    put(town, "torch", 5)
    made = assemble(key="work", branch=town.branch, kit=kit, quantity=3, actor=town.alice)
    assert assemble(key="work", branch=town.branch, kit=kit, quantity=3, actor=town.alice) == made
    assert (left(town, "mask"), left(town, "torch"), left(town, "small-kit")) == (2, 2, 3)
    batch = StockBatch.objects.get(item=kit)
    assert (batch.quantity, batch.expires_on) == (3, clock.today() + timedelta(days=90))


def test_missing_component_refuses_the_whole_work_by_name(town: Town, kit: StockItem) -> None:
    define_kit(kit=kit, components={item("mask"): 2, item("torch"): 1})
    put(town, "mask", 10)
    before = StockMovement.objects.count()
    with pytest.raises(StockShort) as refused:
        assemble(key="work", branch=town.branch, kit=kit, quantity=1, actor=town.alice)
    assert refused.value.data == {"item": "torch"}
    assert (left(town, "mask"), StockMovement.objects.count()) == (10, before)


def test_kit_without_definition_is_not_made(town: Town, kit: StockItem) -> None:
    with pytest.raises(InvalidInput):
        assemble(key="work", branch=town.branch, kit=kit, quantity=1, actor=town.alice)
    for components in ({}, {kit: 1}, {item("mask"): 0}):
        with pytest.raises(InvalidInput):
            define_kit(kit=kit, components=components)
    assert kit.components.count() == 0


def test_first_aid_box_tells_what_lacks_and_what_expires(town: Town) -> None:
    assert contents(town.branch) == []
    box = item("first-aid-box")
    define_kit(kit=box, components={item("bandage"): 4, item("gloves"): 2})
    put(town, "bandage", 3, 20)
    move_stock(
        key=new_key(),
        branch=town.branch,
        item=item("gloves"),
        kind=MovementKind.RECEIVED,
        quantity=5,
        actor=None,
    )
    StockBatch.objects.create(
        branch=town.branch,
        item=item("bandage"),
        number="old",
        expires_on=clock.today() - timedelta(days=1),
        quantity=2,
    )
    bandage, gloves = contents(town.branch)
    assert (bandage.in_date, bandage.expired, bandage.lacking) == (3, 2, 1)
    assert bandage.next_expiry == clock.today() + timedelta(days=20)
    assert (gloves.in_date, gloves.lacking, gloves.next_expiry) == (5, 0, None)


def asked(town: Town, quantity: int = 20) -> StockRequest:
    return supplies.ask(
        branch=town.branch, item=item("care-kit"), quantity=quantity, actor=town.martha
    )


def test_from_the_request_to_the_shelf(town: Town) -> None:
    row = asked(town)
    supplies.grant(request=row, quantity=15, actor=town.olga)
    supplies.send(request=row, actor=town.olga)
    row = supplies.deliver(request=row, quantity=14, actor=town.alice, words="one torn")
    assert (row.status, row.quantity, row.granted, row.delivered) == ("delivered", 20, 15, 14)
    assert left(town, "care-kit") == 54
    assert [event.to_status for event in row.events.all()] == [
        *("requested", "granted", "sent", "delivered"),
    ]
    with pytest.raises(MoveRefused):
        supplies.deliver(request=row, quantity=14, actor=town.alice)
    assert left(town, "care-kit") == 54


def test_delivery_that_never_came_lets_the_branch_ask_anew(town: Town) -> None:
    row = asked(town)
    supplies.grant(request=row, quantity=15, actor=town.olga)
    with pytest.raises(MoveRefused):
        supplies.report_lost(request=row, reason="nothing came", actor=town.martha)
    supplies.send(request=row, actor=town.olga)
    with pytest.raises(InvalidInput):
        supplies.report_lost(request=row, reason=" ", actor=town.martha)
    row = supplies.report_lost(request=row, reason="nothing came", actor=town.martha)
    assert (row.status, row.delivered, left(town, "care-kit")) == ("lost", None, 40)
    assert asked(town).status == "requested"


def test_what_runs_low_is_suggested_until_it_is_asked_for(town: Town) -> None:
    put(town, "mask", 4, 10)
    put(town, "torch", 9)
    for code, level in (("mask", 6), ("torch", 8), ("care-kit", 40), ("bandage", 0)):
        supplies.set_reorder_level(branch=town.branch, item=item(code), level=level)
    found = {one.item.code: (one.left, one.quantity) for one in supplies.suggestions(town.branch)}
    assert found == {"mask": (4, 8), "care-kit": (40, 40), "bandage": (0, 1)}
    asked(town)
    assert [one.item.code for one in supplies.suggestions(town.branch)] == ["mask", "bandage"]
    StockBatch.objects.update(expires_on=clock.today() - timedelta(days=1))
    assert supplies.suggestions(town.branch)[0].quantity == 12


def test_one_request_at_a_time_and_another_after_a_refusal(town: Town) -> None:
    row = asked(town)
    with pytest.raises(AlreadyAsked):
        asked(town)
    supplies.decline(request=row, reason="enough there", actor=town.olga)
    assert asked(town).status == "requested"


def test_nobody_grants_what_they_asked_for(town: Town) -> None:
    row = asked(town)
    with pytest.raises(NotAllowed):
        supplies.grant(request=row, quantity=20, actor=town.martha)
    assert StockRequest.objects.get().status == "requested"


def test_delivery_of_nothing_or_of_what_has_expired_changes_nothing(town: Town) -> None:
    row = asked(town)
    supplies.grant(request=row, quantity=15, actor=town.olga)
    supplies.send(request=row, actor=town.olga)
    yesterday = clock.today() - timedelta(days=1)
    wrong: list[dict[str, Any]] = [{"quantity": 0}, {"quantity": 1, "expires_on": yesterday}]
    for delivery in wrong:
        with pytest.raises(InvalidInput):
            supplies.deliver(request=row, actor=town.alice, **delivery)
    assert (StockRequest.objects.get().status, left(town, "care-kit")) == ("sent", 40)


@pytest.mark.parametrize("move", [supplies.send, supplies.cancel])
def test_request_that_is_settled_moves_no_more(
    town: Town, move: Callable[..., StockRequest]
) -> None:
    row = asked(town)
    supplies.decline(request=row, reason="enough there", actor=town.olga)
    with pytest.raises(MoveRefused):
        move(request=row, actor=town.olga)
    assert StockRequest.objects.get().status == "declined"


def test_shelf_and_expiring_batches_stay_in_scope(town: Town) -> None:
    put(town, "mask", 4, 10)
    until = clock.today() + timedelta(days=30)
    shelf = {line.item.code: line.quantity for line in shelf_of(town.alice, town.branch)}
    assert (shelf["care-kit"], shelf["mask"]) == (40, 4)
    assert not any(line.quantity for line in shelf_of(town.bob, town.branch))
    assert [row.item.code for row in supplies.expiring_batches(town.olga, until)] == ["mask"]
    assert not supplies.expiring_batches(town.bob, until)
    assert not supplies.expiring_batches(town.rita, until)
