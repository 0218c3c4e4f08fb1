"""What we know of a customer is put right; whoever began from an older reading changes nothing."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from eldercare import phones
from eldercare.consents import withdraw_consent
from eldercare.contact import way_to
from eldercare.corrections import ChangedMeanwhile, correct_customer, details_of, stamp_of
from eldercare.geocoding import DISTRICTS
from eldercare.models import Consent, Customer, CustomerEvent
from foundation.errors import InvalidInput, NotAllowed
from tests.make import Town, make_customer, make_daughter, make_town

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town() -> Town:
    return make_town()


def correct(town: Town, **changes: Any) -> Customer:
    row = town.grandmother
    details = replace(details_of(row), **changes)
    return correct_customer(customer=row, details=details, seen=stamp_of(row), actor=town.alice)


def test_what_changed_is_on_record_and_not_what_it_said(town: Town) -> None:
    correct(town, phone="029-8765 4321 转 12", contact_by="phone", note="上午方便")
    row = Customer.objects.get(pk=town.grandmother.pk)
    assert (row.phone, row.phone_last4, row.note) == ("02987654321-12", "2112", "上午方便")
    assert Customer.objects.with_phone("029 87654321-12").get() == row
    event = CustomerEvent.objects.get(customer=row)
    assert event.to_status == "changed"
    assert event.snapshot == {"fields": ["phone", "contact_by", "note"]}


def test_nothing_changed_is_no_event(town: Town) -> None:
    correct(town)
    assert not CustomerEvent.objects.exists()


def test_a_new_address_forgets_the_old_place(town: Town) -> None:
    row = correct(town, address="雁塔区小寨东路1号")
    assert (row.latitude, row.longitude) == DISTRICTS["雁塔区"]
    town.grandmother.refresh_from_db()
    row = correct(town, address="不知道哪里")
    assert not row.has_place


def test_whoever_read_before_a_colleague_wrote_is_told(town: Town) -> None:
    row = town.grandmother
    seen = stamp_of(row)
    correct(town, note="先写的")
    details = replace(details_of(row), note="后写的")
    with pytest.raises(ChangedMeanwhile):
        correct_customer(customer=row, details=details, seen=seen, actor=town.alice)
    row.refresh_from_db()
    assert row.note == "先写的"


def test_the_rules_of_registering_hold_and_not_everybody_may(town: Town) -> None:
    before = stamp_of(town.grandmother)
    for fault in ({"birth_year": 1800, "birth_date": None}, {"phone": "12"}, {"name": " "}):
        with pytest.raises(InvalidInput):
            correct(town, **fault)
    with pytest.raises(InvalidInput):
        correct(town, birth_date=date(2030, 2, 1), birth_year=None)
    with pytest.raises(NotAllowed):
        correct_customer(
            customer=town.grandmother,
            details=details_of(town.grandmother),
            seen=before,
            actor=town.olga,
        )
    town.grandmother.refresh_from_db()
    assert stamp_of(town.grandmother) == before


@pytest.mark.parametrize(
    ("typed", "kept", "dialled"),
    [
        ("029-88886666-123", "02988886666-123", "02988886666,,123"),
        ("(029) 8888 6666 分机123", "02988886666-123", "02988886666,,123"),
        ("０２９－８８８８６６６６转１２３", "02988886666-123", "02988886666,,123"),
        ("029-88886666 ext. 7", "02988886666-7", "02988886666,,7"),
        ("138 0013 8000", "13800138000", "13800138000"),
    ],
)
def test_extensions_are_kept_and_dialled(typed: str, kept: str, dialled: str) -> None:
    assert phones.normalise(typed) == kept
    assert phones.dial(kept) == dialled


def way(customer: Customer) -> tuple[str, str]:
    found = way_to(customer)
    return found.channel, found.phone


def test_each_is_reached_as_they_wish(town: Town, settings: object) -> None:
    mobile = make_customer(town.branch, phone="13800138001")
    assert way(mobile) == ("sms", "13800138001")
    mobile.contact_by = "phone"
    assert way(mobile) == ("person", "13800138001")
    mobile.contact_by = "wecom"
    settings.NUANBAN_CHANNELS = {"sms": "x"}  # type: ignore[attr-defined]
    assert way(mobile) == ("sms", "13800138001")
    settings.NUANBAN_CHANNELS = {"sms": "x", "wecom": "y"}  # type: ignore[attr-defined]
    assert way(mobile) == ("wecom", "13800138001")
    landline = make_customer(town.branch, phone="029-88886666-12")
    assert way(landline) == ("person", "02988886666-12")


def test_nothing_goes_to_the_family_without_a_consent_that_stands(town: Town) -> None:
    row = town.grandmother
    row.contact_by = "family"
    assert way(row) == ("sms", row.phone)
    daughter = make_daughter(row)
    assert way(row) == ("sms", daughter.phone)
    assert way_to(row).family == daughter
    assert way_to(make_customer(town.branch), asked_by=daughter).family == daughter
    withdraw_consent(consent=Consent.objects.get(), why="", actor=town.alice)
    assert way(row) == ("sms", row.phone)
    assert way_to(row, asked_by=daughter).family is None
