"""Customers at the desk: found by digits or name, one card, and sealed details on record."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from appointments import waiting_list
from appointments.models import HomeVisit
from eldercare.models import Consent, Customer, Reveal
from foundation import clock
from tests import make
from tests.make import TOMORROW, Town
from tests.web.desk.conftest import Enter

ADDRESS = "幸福小区3号楼2单元101"


def path(town: Town, customer: Customer | None = None, verb: str = "") -> str:
    base = f"/desk/{town.branch.code}/customers/"
    if customer is None:
        return base
    return f"{base}{customer.public_id}/" + (f"{verb}/" if verb else "")


def found(client: Client, town: Town, text: str) -> list[Customer] | None:
    answer = client.get(path(town), {"q": text})
    assert answer.status_code == 200
    rows = answer.context["found"]
    return None if rows is None else list(rows)


def test_found_by_the_end_of_the_phone(town: Town, enter: Enter) -> None:
    assert found(enter(town.alice), town, town.grandmother.phone_last4) == [town.grandmother]


@pytest.mark.parametrize("text", ["李", "李桂", "李奶奶", "  李桂兰 ", "li gui lan", "LiGuilan"])
def test_found_by_how_the_name_begins(town: Town, enter: Enter, text: str) -> None:
    assert found(enter(town.alice), town, text) == [town.grandmother]


@pytest.mark.parametrize(
    "text", ["9999", "12345678901", "桂兰", "%", "\0", "👵", "1'; DROP TABLE", "x" * 5000]
)
def test_nobody_found_is_said(town: Town, enter: Enter, text: str) -> None:
    assert not found(enter(town.alice), town, text)


def test_found_by_the_whole_phone_and_not_after_erasure(town: Town, enter: Enter) -> None:
    whole = town.grandmother.phone
    assert found(enter(town.alice), town, whole) == [town.grandmother]
    Customer.objects.filter(pk=town.grandmother.pk).update(erased_at=clock.now())
    assert found(enter(town.alice), town, whole) == []


def test_nothing_typed_lists_nobody(town: Town, enter: Enter) -> None:
    assert found(enter(town.alice), town, " ") is None


def test_other_branches_customers_are_not_found(town: Town, enter: Enter) -> None:
    theirs = make.make_customer(town.gaoxin, name="王秀英")
    assert found(enter(town.alice), town, "王") == []
    assert enter(town.alice).get(path(town, theirs)).status_code == 404
    assert enter(town.olga).get(path(town, theirs)).status_code == 200


def test_card_shows_all_and_no_secret(town: Town, visit: HomeVisit, enter: Enter) -> None:
    make.make_daughter(town.grandmother)
    page = enter(town.alice).get(path(town, town.grandmother)).content.decode()
    for words in ("李奶奶", "walks with difficulty", "陈静", "consent stands", "幸福小区***"):
        assert words in page
    for address in ("visits/{}/", "visits/{}/move/", "visits/{}/cancel/"):
        assert address.format(visit.public_id) in page
    for secret in (ADDRESS, town.grandmother.phone, visit.staff_code, visit.customer_code):
        assert secret not in page
    assert f"/book/?customer={town.grandmother.public_id}" in page


def test_card_shows_the_consent_that_ended(town: Town, enter: Enter) -> None:
    daughter = make.make_daughter(town.grandmother)
    Consent.objects.filter(representative=daughter).update(withdrawn_at=clock.now())
    page = enter(town.alice).get(path(town, town.grandmother)).content.decode()
    assert "no consent" in page
    assert "withdrawn" in page


def test_card_shows_the_waiting_list(town: Town, enter: Enter) -> None:
    waiting_list.join(
        customer=town.grandmother,
        version=town.version,
        first_day=TOMORROW,
        last_day=TOMORROW + timedelta(days=3),
        asker=make.by_customer(),
    )
    page = enter(town.alice).get(path(town, town.grandmother)).content.decode()
    assert "On the waiting list" in page


def test_officer_looks_and_changes_nothing(town: Town, visit: HomeVisit, enter: Enter) -> None:
    page = enter(town.olga).get(path(town, town.grandmother)).content.decode()
    for address in ("/move/", "/cancel/", "/book/", "/reveal/"):
        assert address not in page


def test_neighbours_visit_can_be_moved_and_not_opened(
    town: Town, visit: HomeVisit, enter: Enter
) -> None:
    HomeVisit.objects.filter(pk=visit.pk).update(branch=town.gaoxin)
    page = enter(town.alice).get(path(town, town.grandmother)).content.decode()
    assert f"visits/{visit.public_id}/move/" in page
    assert f'visits/{visit.public_id}/"' not in page


def reveal(client: Client, town: Town, reason: str) -> Any:
    return client.post(path(town, town.grandmother, "reveal"), {"reason": reason})


def test_reveal_is_on_record(town: Town, enter: Enter) -> None:
    answer = reveal(enter(town.alice), town, "she asked us to phone back")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert ADDRESS in page
    assert town.grandmother.phone in page
    rows = set(Reveal.objects.values_list("what", "why", "actor"))
    why = "she asked us to phone back"
    assert rows == {("phone", why, town.alice.pk), ("address", why, town.alice.pk)}


def test_reveal_needs_a_reason(town: Town, enter: Enter) -> None:
    for reason in ("", "   ", "x" * 301):
        answer = reveal(enter(town.alice), town, reason)
        assert answer.status_code == 400
        assert ADDRESS not in answer.content.decode()
    assert "x" * 301 in answer.content.decode()
    assert not Reveal.objects.exists()


def test_reveal_is_for_the_branch(town: Town, enter: Enter) -> None:
    assert reveal(enter(town.olga), town, "curious").status_code == 403
    assert reveal(enter(town.rita), town, "curious").status_code == 403
    assert reveal(enter(town.bob), town, "curious").status_code == 404
    address = path(town, town.grandmother, "reveal")
    assert enter(town.alice).get(address).status_code == 405
    assert not Reveal.objects.exists()
