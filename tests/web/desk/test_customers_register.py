"""Somebody new at the desk: taken in once, and every fault named with what was typed kept."""

import pytest
from django.test import Client

from eldercare.models import Customer
from tests.make import Town
from tests.web.desk.conftest import Enter

SAID: dict[str, str | list[str]] = {
    "name": "王秀英",
    "preferred_name": "王奶奶",
    "phone": "138 0013 8000",
    "birth_year": "1941",
    "address": "城东区长乐东路1号",
    "needs": ["sight", "hearing"],
    "contact_by": "phone",
}


def path(town: Town) -> str:
    return f"/desk/{town.branch.code}/customers/new/"


@pytest.fixture
def alice(town: Town, enter: Enter) -> Client:
    return enter(town.alice)


def test_registers_once(town: Town, alice: Client) -> None:
    assert b"autofocus" in alice.get(path(town)).content
    for _tap in range(2):
        answer = alice.post(path(town), SAID)
        assert answer.status_code == 303
    customer = Customer.objects.get(name="王秀英")
    assert answer["Location"].endswith(f"/customers/{customer.public_id}/")
    assert (customer.branch, customer.phone_last4) == (town.branch, "8000")
    assert set(customer.needs) == {"sight", "hearing"}


def test_couples_share_a_phone_and_are_asked_about(town: Town, alice: Client) -> None:
    alice.post(path(town), SAID)
    husband = SAID | {"name": "李建国"}
    asked = alice.post(path(town), husband)
    assert asked.status_code == 409
    assert "王秀英" in asked.content.decode()
    assert 'value="李建国"' in asked.content.decode()
    assert Customer.objects.filter(phone_last4="8000").count() == 1
    assert alice.post(path(town), husband | {"sure": "1"}).status_code == 303
    assert Customer.objects.filter(phone_last4="8000").count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 61),
        ("phone", ""),
        ("phone", "12"),
        ("phone", "👵"),
        ("birth_year", ""),
        ("birth_year", "2999"),
        ("birth_year", "1700"),
        ("birth_year", "old"),
        ("needs", "sleep"),
        ("contact_by", "pigeon"),
    ],
)
def test_bad_input_is_kept_and_named(town: Town, alice: Client, field: str, value: str) -> None:
    before = Customer.objects.count()
    answer = alice.post(path(town), SAID | {field: value})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'id="error"' in page
    if field in ("name", "phone", "birth_year"):
        assert f'id="{field}-error"' in page
    if field != "name":
        assert 'value="王秀英"' in page
    assert Customer.objects.count() == before


def test_who_may_not(town: Town, enter: Enter, client: Client) -> None:
    before = Customer.objects.count()
    assert client.post(path(town), SAID).status_code == 302
    assert enter(town.bob).post(path(town), SAID).status_code == 404
    assert enter(town.olga).post(path(town), SAID).status_code == 403
    assert enter(town.rita).post(path(town), SAID).status_code == 403
    assert Customer.objects.count() == before
