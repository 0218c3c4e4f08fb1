"""Care kits from the branch's shelf."""

from uuid import uuid4

from django.test import Client

from branches.models.stock import MovementKind
from branches.queries import kits_left
from branches.stock import move_stock
from demo.population import care_kit
from tests.make import Town, new_key
from tests.web.desk.conftest import Enter


def left(town: Town) -> int | None:
    return kits_left(town.alice, town.branch)


def test_one_tap_hands_out_one(town: Town, enter: Enter) -> None:
    client, data = enter(town.alice), {"key": uuid4()}
    for _tap in range(2):
        answer = client.post(f"/desk/{town.branch.code}/stock/kits/hand-out/", data)
        assert answer.status_code == 303
    assert left(town) == 39
    assert b"<strong>39</strong>" in client.get(f"/desk/{town.branch.code}/stock/").content


def test_empty_shelf_says_so(town: Town, enter: Enter) -> None:
    move_stock(
        key=new_key(),
        branch=town.branch,
        item=care_kit(),
        kind=MovementKind.WRITTEN_OFF,
        quantity=-40,
        actor=town.martha,
    )
    target = f"/desk/{town.branch.code}/stock/kits/hand-out/"
    answer = enter(town.alice).post(target, {"key": uuid4()})
    assert answer.status_code == 409
    assert b"none left in this branch" in answer.content
    assert left(town) == 0


def test_who_may_not(town: Town, enter: Enter, client: Client) -> None:
    target, data = f"/desk/{town.branch.code}/stock/kits/hand-out/", {"key": uuid4()}
    assert client.post(target, data).status_code == 302
    assert enter(town.bob).post(target, data).status_code == 404
    assert enter(town.olga).post(target, data).status_code == 403
    assert enter(town.rita).post(target, data).status_code == 403
    assert enter(town.alice).get(target).status_code == 405
    assert enter(town.alice).post(target, {"key": "not a key"}).status_code == 400
    assert left(town) == 40
