"""The store on pages: each movement, counting, requests; a refusal writes nothing."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from branches import catalogue, supplies
from branches.models import (
    ReorderLevel,
    StockBatch,
    StockItem,
    StockLevel,
    StockMovement,
    StockRequest,
)
from branches.stock import receive
from branches.vigil import ask_about_gaps
from tests.make import TODAY, TOMORROW, Town, new_key
from tests.web.desk.conftest import Enter

SOON, LATER = TODAY + timedelta(days=20), TODAY + timedelta(days=200)


@pytest.fixture
def town(town: Town) -> Town:
    catalogue.load_supplies()
    return town


@pytest.fixture
def alice(town: Town, enter: Enter) -> Client:
    return enter(town.alice)


def item(code: str) -> StockItem:
    return StockItem.objects.get(code=code)


def left(town: Town, code: str) -> int:
    row = StockLevel.objects.filter(branch=town.branch, item__code=code).first()
    return row.quantity if row else 0


def page(town: Town, rest: str = "") -> str:
    return f"/desk/{town.branch.code}/stock/{rest}"


def come(town: Town, code: str, quantity: int, **more: Any) -> StockBatch | None:
    return receive(
        key=new_key(),
        branch=town.branch,
        item=item(code),
        quantity=quantity,
        actor=town.alice,
        **more,
    ).batch


def move(client: Client, town: Town, code: str, kind: str, quantity: object, **more: Any) -> Any:
    data = {"key": uuid4(), "kind": kind, "quantity": quantity} | more
    return client.post(page(town, f"items/{item(code).pk}/move/"), data)


def test_what_needs_somebody_stands_first(town: Town, alice: Client) -> None:
    come(town, "gauze", 3, expires_on=SOON)
    supplies.set_reorder_level(branch=town.branch, item=item("mask"), level=5)
    StockBatch.objects.create(
        branch=town.branch, item=item("plaster"), number="old", expires_on=TODAY - timedelta(days=1)
    )
    answer = alice.get(page(town))
    codes = [line.item.code for line in answer.context["lines"]]
    assert codes[:2] == ["mask", "gauze"]
    words = answer.content.decode()
    assert "runs low" in words
    assert f"{SOON}, 20 days left" in words


def test_each_movement_is_a_line_of_the_ledger(town: Town, alice: Client) -> None:
    assert move(alice, town, "gauze", "received", 10, expires_on=str(LATER)).status_code == 303
    batch = StockBatch.objects.get(item=item("gauze"))
    move(alice, town, "gauze", "handed_out", 1)
    move(alice, town, "gauze", "used", 2, reason="first aid")
    move(alice, town, "gauze", "returned", 1, batch=batch.pk)
    move(alice, town, "gauze", "written_off", 3, batch=batch.pk, reason="torn")
    assert left(town, "gauze") == 5
    lines = StockMovement.objects.filter(item=item("gauze")).order_by("pk")
    assert [(row.kind, row.quantity) for row in lines] == [
        ("received", 10),
        ("handed_out", -1),
        ("used", -2),
        ("returned", 1),
        ("written_off", -3),
    ]
    shown = alice.get(page(town, "ledger/"), {"kind": "used", "item": str(item("gauze").pk)})
    assert [row.reason for row in shown.context["page"]] == ["first aid"]
    nothing = alice.get(page(town, "ledger/"), {"since": str(TOMORROW), "kind": "nonsense"})
    assert list(nothing.context["page"]) == []


def test_kits_are_assembled_from_what_is_there(town: Town, alice: Client) -> None:
    for code, n in {
        "mask": 10,
        "card-sleeve": 4,
        "uv-torch": 2,
        "rubber-band": 10,
        "note-pad": 1,
    }.items():
        come(town, code, n, expires_on=LATER if item(code).has_expiry else None)
    short = move(alice, town, "care-kit", "assembled", 2)
    assert short.status_code == 409
    assert (left(town, "care-kit"), left(town, "mask")) == (40, 10)
    assert move(alice, town, "care-kit", "assembled", 1).status_code == 303
    assert (left(town, "care-kit"), left(town, "mask"), left(town, "note-pad")) == (41, 5, 0)


REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("handed_out", {"quantity": 41}, 409, "There is none left in this branch."),
    ("used", {"quantity": 0}, 400, "At least one, please."),
    ("used", {"quantity": "many"}, 400, "Please give a whole number."),
    ("used", {"quantity": ""}, 400, "How many, please?"),
    ("written_off", {"quantity": 3, "reason": " "}, 400, "Please say why."),
    ("received", {"quantity": 3, "expires_on": "2026-11-01"}, 400, "expired already"),
    ("received", {"quantity": 3, "expires_on": "soon"}, 400, "Please give a day such as"),
]


def test_refusal_writes_nothing_and_keeps_what_was_typed(town: Town, alice: Client) -> None:
    before = StockMovement.objects.count()
    for kind, data, status, words in REFUSED:
        key = uuid4()
        answer = move(alice, town, "care-kit", kind, **data | {"key": key})
        shown = answer.content.decode()
        assert (answer.status_code, words in shown, str(key) in shown) == (status, True, True)
        assert f'value="{data["quantity"]}"' in shown
    # Counting has a sheet of its own, which shows the difference first.
    assert move(alice, town, "care-kit", "counted", 3).status_code == 400
    assert (StockMovement.objects.count(), left(town, "care-kit")) == (before, 40)


def test_double_tap_moves_once(town: Town, alice: Client) -> None:
    key = uuid4()
    for _tap in range(2):
        answer = move(alice, town, "care-kit", "handed_out", 2, key=key)
        assert answer.status_code == 303
    assert left(town, "care-kit") == 38


def test_nobody_moves_what_is_not_theirs(town: Town, enter: Enter, alice: Client) -> None:
    assert move(enter(town.bob), town, "care-kit", "handed_out", 1).status_code == 404
    assert move(enter(town.olga), town, "care-kit", "handed_out", 1).status_code == 403
    assert move(enter(town.rita), town, "care-kit", "handed_out", 1).status_code == 403
    elsewhere = StockBatch.objects.create(branch=town.gaoxin, item=item("gauze"), number="1")
    assert move(alice, town, "gauze", "returned", 1, batch=elsewhere.pk).status_code == 404
    assert left(town, "care-kit") == 40


def test_count_shows_the_difference_before_it_is_written(town: Town, alice: Client) -> None:
    batch = come(town, "gauze", 10, expires_on=LATER)
    assert batch is not None
    kit = item("care-kit")
    typed = {f"batch-{batch.pk}": "8", f"item-{kit.pk}": "40"}
    shown = alice.post(page(town, "count/check/"), typed)
    assert [place.difference for place in shown.context["differing"]] == [-2]
    assert left(town, "gauze") == 10
    sure = typed | {
        "key": shown.context["key"],
        f"known-batch-{batch.pk}": "10",
        f"known-item-{kit.pk}": "40",
    }
    for _tap in range(2):
        assert alice.post(page(town, "count/write/"), sure).status_code in (303, 409)
    assert (left(town, "gauze"), left(town, "care-kit")) == (8, 40)
    assert StockMovement.objects.filter(kind="counted").count() == 1


def test_count_that_is_outdated_or_nonsense_writes_nothing(town: Town, alice: Client) -> None:
    batch = come(town, "gauze", 10, expires_on=LATER)
    assert batch is not None
    name, kit = f"batch-{batch.pk}", item("care-kit")
    for wrong in ("-1", "two", "1.5", "99999999"):
        answer = alice.post(page(town, "count/check/"), {name: wrong})
        assert answer.status_code == 400
        assert f'value="{wrong}"' in answer.content.decode()
    assert alice.post(page(town, "count/check/"), {}).status_code == 400
    move(alice, town, "gauze", "used", 1)
    # The kits differ, too, and are not written either: all or nothing.
    sure = {name: "8", f"known-{name}": "10", f"item-{kit.pk}": "39", f"known-item-{kit.pk}": "40"}
    answer = alice.post(page(town, "count/write/"), sure | {"key": uuid4()})
    assert answer.status_code == 409
    assert "Something has moved since you counted." in answer.content.decode()
    assert 'value="8"' in answer.content.decode()
    assert (left(town, "gauze"), left(town, "care-kit")) == (9, 40)


def test_reorder_level_is_the_managers(town: Town, enter: Enter, alice: Client) -> None:
    path = page(town, f"items/{item('care-kit').pk}/level/")
    assert alice.post(path, {"level": 5}).status_code == 403
    martha = enter(town.martha)
    assert martha.post(path, {"level": "-1"}).status_code == 400
    assert not ReorderLevel.objects.exists()
    martha.post(path, {"level": 50})
    assert ReorderLevel.objects.get().level == 50
    asked = alice.get(page(town, "requests/")).context["low"]
    assert [(one.item.code, one.quantity) for one in asked] == [("care-kit", 60)]


def test_request_from_asking_to_the_shelf(town: Town, enter: Enter, alice: Client) -> None:
    gauze, olga = item("gauze"), enter(town.olga)
    data = {"item": gauze.pk, "quantity": "x", "words": "for the autumn"}
    refused = alice.post(page(town, "requests/ask/"), data)
    assert refused.status_code == 400
    assert 'value="for the autumn"' in refused.content.decode()
    assert alice.post(page(town, "requests/ask/"), data | {"quantity": 20}).status_code == 303
    row = StockRequest.objects.get()
    again = alice.post(page(town, "requests/ask/"), data | {"quantity": 20})
    assert again.status_code == 409
    region = f"/region/supplies/{row.pk}"
    assert "for the autumn" in olga.get("/region/supplies/").content.decode()
    assert alice.post(f"{region}/grant/", {"quantity": 20}).status_code == 403
    assert olga.post(f"{region}/grant/", {"quantity": 0}).status_code == 400
    assert olga.post(f"{region}/send/").status_code == 409
    for verb, said in (("grant", {"quantity": 15}), ("send", {"words": "by van"})):
        for _twice in range(2):
            assert olga.post(f"{region}/{verb}/", said).status_code == 303
    assert "by van" in alice.get(page(town, "requests/")).content.decode()
    came = {"quantity": 14, "words": "one torn"}
    path = page(town, f"requests/{row.pk}/arrived/")
    undated = alice.post(path, came)
    assert undated.status_code == 400
    assert 'value="one torn"' in undated.content.decode()
    for _twice in range(2):
        assert alice.post(path, came | {"expires_on": str(LATER)}).status_code == 303
    row.refresh_from_db()
    assert (row.status, row.granted, row.delivered, left(town, "gauze")) == (
        "delivered",
        15,
        14,
        14,
    )
    assert "differs" in alice.get(page(town, "requests/")).content.decode()
    assert "one torn" in olga.get("/region/supplies/", {"status": "all"}).content.decode()


def test_request_refused_cancelled_or_lost(town: Town, enter: Enter, alice: Client) -> None:
    olga = enter(town.olga)

    def asked() -> int:
        alice.post(page(town, "requests/ask/"), {"item": item("mask").pk, "quantity": 5})
        return StockRequest.objects.latest("pk").pk

    first = asked()
    assert olga.post(f"/region/supplies/{first}/decline/", {"reason": " "}).status_code == 400
    assert StockRequest.objects.get(pk=first).status == "requested"
    olga.post(f"/region/supplies/{first}/decline/", {"reason": "enough there"})
    assert "enough there" in alice.get(page(town, "requests/")).content.decode()
    second = asked()
    alice.post(page(town, f"requests/{second}/cancel/"))
    third = asked()
    olga.post(f"/region/supplies/{third}/grant/", {"quantity": 5})
    olga.post(f"/region/supplies/{third}/send/")
    late = alice.post(page(town, f"requests/{third}/cancel/"))
    assert late.status_code == 409
    alice.post(page(town, f"requests/{third}/lost/"), {"reason": "nothing came"})
    statuses = StockRequest.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["declined", "cancelled", "lost"]
    assert left(town, "mask") == 0


def test_other_regions_requests_are_not_there(town: Town, enter: Enter) -> None:
    row = supplies.ask(branch=town.branch, item=item("mask"), quantity=5, actor=town.alice)
    zoe = enter(town.zoe)
    assert zoe.post(f"/region/supplies/{row.pk}/grant/", {"quantity": 5}).status_code == 404
    assert not list(zoe.get("/region/supplies/").context["files"])
    assert enter(town.rita).get("/region/supplies/").status_code == 403


def test_calendar_shows_the_day_and_the_next_ninety(
    town: Town, enter: Enter, alice: Client
) -> None:
    come(town, "gauze", 3, expires_on=SOON)
    come(town, "plaster", 3, expires_on=LATER)
    shown = alice.get(page(town, "expiry/")).context["calendar"]
    assert [entry.expiry.day for entry in shown.upcoming] == [SOON]
    assert shown.upcoming[0].url == page(town, f"items/{item('gauze').pk}/")
    later = alice.get(page(town, "expiry/"), {"month": f"{LATER:%Y-%m}"}).context["calendar"]
    squares = [square for week in later.weeks for square in week if square.entries]
    assert [square.day for square in squares] == [LATER]
    for nonsense in ({"month": "2026-13"}, {"month": "0000-01"}, {"kind": "x"}):
        assert alice.get(page(town, "expiry/"), nonsense).status_code == 200
    badges = alice.get(page(town, "expiry/"), {"kind": "badge"}).context["calendar"]
    assert not list(badges.upcoming)
    region = enter(town.olga).get("/region/expiry/", {"branch": town.branch.code})
    assert [e.expiry.branch for e in region.context["calendar"].upcoming] == [town.branch]
    other = enter(town.olga).get("/region/expiry/", {"branch": town.gaoxin.code})
    assert not list(other.context["calendar"].upcoming)
    assert not list(enter(town.zoe).get("/region/expiry/").context["calendar"].upcoming)


def test_many_that_expire_are_a_list_of_pages(town: Town, alice: Client) -> None:
    StockBatch.objects.bulk_create(
        StockBatch(branch=town.branch, item=item("gauze"), number=n, quantity=1, expires_on=SOON)
        for n in range(70)
    )
    first = alice.get(page(town, "expiry/"), {"month": f"{SOON:%Y-%m}"})
    calendar = first.context["calendar"]
    assert (len(calendar.upcoming), calendar.upcoming.paginator.count) == (60, 70)
    assert "and 66 more" in first.content.decode()
    last = alice.get(page(town, "expiry/"), {"page": "2"}).context["calendar"]
    assert len(last.upcoming) == 10


def test_reminders_lead_to_their_pages(town: Town, alice: Client) -> None:
    supplies.set_reorder_level(branch=town.branch, item=item("care-kit"), level=50)
    come(town, "gauze", 3, expires_on=TODAY + timedelta(days=5))
    from workflow.due_steps import act_on_due

    act_on_due()
    for person in town.team:
        person.shifts.filter(weekday=4).delete()
    ask_about_gaps()
    words = alice.get(f"/desk/{town.branch.code}/steps/").content.decode()
    for about in ("care kit", str(TODAY + timedelta(days=5)), f"{TOMORROW} 09:00-17:00"):
        assert f"<strong>{about}</strong>" in words
    for target in (
        page(town, f"requests/?item={item('care-kit').pk}"),
        page(town, "expiry/?kind=batch"),
        f"/desk/{town.branch.code}/roster/?day={TOMORROW}",
    ):
        assert f'href="{target}"' in words
        assert alice.get(target).status_code == 200


def test_shelf_of_many_batches_asks_no_more_of_the_database(
    town: Town, alice: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    alice.get(page(town))
    with django_assert_max_num_queries(30) as few:
        alice.get(page(town))
    for n in range(20):
        come(town, "gauze", 1, expires_on=LATER + timedelta(days=n))
    # One more at most: the demonstration clock is read anew every half second.
    with django_assert_max_num_queries(len(few) + 1):
        alice.get(page(town))
