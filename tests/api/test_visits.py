"""Booking and making a home visit through the API, and what it never tells."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from appointments.models import HomeVisit
from tests.api.conftest import caller, refusal, rows
from tests.appointments.test_booking import book
from tests.make import Town, make_customer
from workflow.due_steps import act_on_due


def booking(town: Town) -> dict[str, Any]:
    return {
        "customer": str(town.grandmother.public_id),
        "service": town.version.service.code,
        "window": "20261126T0200Z",
    }


def test_whole_way(town: Town, clock: time_machine.Traveller) -> None:
    alice = caller(town.alice)
    answer = alice.post("visits/", booking(town), key="form-0001")
    assert answer.status_code == 201
    body = answer.json()
    path = f"visits/{body['id']}/"
    assert (body["status"], body["asked_by"], body["branch"]) == (
        "approved",
        "staff",
        town.branch.code,
    )
    assert {member["role"] for member in body["team"]} == {"handler", "witness"}
    visit = HomeVisit.objects.get()
    clock.move_to(visit.starts_at - timedelta(hours=16))
    act_on_due()
    clock.move_to(visit.starts_at - timedelta(minutes=20))
    act_on_due()
    assert alice.post(f"{path}set-off/").json()["status"] == "on_the_way"
    clock.move_to(visit.starts_at)
    assert alice.post(f"{path}arrive/").json()["status"] == "at_the_door"
    wrong = f"{(int(visit.customer_code) + 1) % 10_000:04d}"
    answer = alice.post(f"{path}code/", {"code": wrong})
    assert refusal(answer) == (409, "door_code_wrong")
    assert answer.json()["error"]["data"] == {"left": 4}
    assert alice.post(f"{path}code/", {"code": visit.customer_code}).json()["status"] == "serving"
    assert alice.post(f"{path}finish/", {"words": "reset"}).json()["words"] == "reset"
    assert alice.get(path).json()["status"] == "done"
    assert visit.events.latest("pk").actor == town.alice


def test_same_key_books_once(town: Town) -> None:
    alice = caller(town.alice)
    first = alice.post("visits/", booking(town), key="form-0001").json()
    assert alice.post("visits/", booking(town), key="form-0001").json() == first
    assert HomeVisit.objects.count() == 1


def test_same_key_of_two_people_is_two_keys(town: Town) -> None:
    caller(town.alice).post("visits/", booking(town), key="form-0001")
    other = booking(town) | {"customer": str(make_customer(town.branch).public_id)}
    assert caller(town.martha).post("visits/", other, key="form-0001").status_code == 201


@pytest.mark.parametrize("key", ["", "short", "x" * 41, "schlüssel-0001"])
def test_no_usable_key_books_nothing(town: Town, key: str) -> None:
    answer = caller(town.alice).post("visits/", booking(town), key=key)
    assert refusal(answer) == (400, "invalid_input")
    assert set(answer.json()["error"]["fields"]) == {"Idempotency-Key"}
    assert rows() == (0, 0, 0, 0)


def test_move_points_back(town: Town) -> None:
    visit = book(town)
    answer = caller(town.alice).post(
        f"visits/{visit.public_id}/move/", {"window": "20261126T0600Z"}, key="move-0001"
    )
    assert answer.status_code == 201
    assert answer.json()["replaces"] == str(visit.public_id)
    visit.refresh_from_db()
    assert visit.status == "moved"


def test_lists_can_be_narrowed(town: Town) -> None:
    visit = book(town)
    alice = caller(town.alice)

    def found(**query: str) -> list[str]:
        return [row["id"] for row in alice.get("visits/", **query).json()["results"]]

    mine = [str(visit.public_id)]
    assert found() == found(day="2026-11-26") == found(status="approved") == mine
    assert found(branch=town.branch.code) == mine
    assert found(day="2026-11-25") == found(status="done") == found(branch=town.gaoxin.code) == []


def test_codes_and_phones_and_addresses_are_never_told(town: Town) -> None:
    visit = book(town)
    alice = caller(town.alice)
    said = json.dumps(
        [
            alice.get(f"visits/{visit.public_id}/").json(),
            alice.get("visits/").json(),
            alice.get("customers/").json(),
            alice.get(f"customers/{town.grandmother.public_id}/").json(),
        ],
        ensure_ascii=False,
    )
    assert town.grandmother.phone not in said
    assert town.grandmother.address not in said
    assert "staff_code" not in said
    assert "customer_code" not in said
    assert town.grandmother.masked_phone in said


def test_pages_are_bounded(town: Town) -> None:
    for _ in range(3):
        make_customer(town.branch)
    alice = caller(town.alice)
    first = alice.get("customers/", limit=2).json()
    assert len(first["results"]) == 2
    rest = alice.client.get(first["next"]).json()
    assert (len(rest["results"]), rest["next"]) == (2, None)
    assert not {r["id"] for r in first["results"]} & {r["id"] for r in rest["results"]}
    assert alice.get("customers/", limit=10_000).status_code == 200


def test_number_of_queries_does_not_grow_with_the_rows(
    town: Town, django_assert_max_num_queries: Any
) -> None:
    for _ in range(4):
        make_customer(town.branch)
    for customer in [make_customer(town.branch) for _ in range(3)]:
        book(town, customer=customer) if customer.pk % 3 == 0 else None
    alice = caller(town.alice)
    for path in ("customers/", "visits/", "branches/", "facilities/", "faults/", "escorts/"):
        with django_assert_max_num_queries(8):
            assert alice.get(path).status_code == 200
