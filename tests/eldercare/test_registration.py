"""A customer in one call; what cannot be used is refused, all of it at once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from eldercare.geocoding import Place
from eldercare.models import Customer, CustomerEvent, IdentityCheck
from eldercare.models.identity import CheckedHow, Document
from eldercare.registration import Details, Identity, record_identity, register_customer
from foundation.errors import InvalidInput, NotAllowed
from tests.make import MORNING, Town, make_branch, make_customer, make_staff, make_town

pytestmark = pytest.mark.django_db

CARD = Identity(Document.IDENTITY_CARD, CheckedHow.SEEN, "012x")
PLAIN = Details(name="王秀英", phone="138 1234 5678", birth_date=date(1941, 2, 28))


@pytest.fixture
def town() -> Iterator[Town]:
    with time_machine.travel(MORNING, tick=False):
        yield make_town()


def test_name_phone_and_birth_are_enough(town: Town) -> None:
    row = register_customer(branch=town.branch, details=PLAIN, actor=town.alice)

    row.refresh_from_db()
    assert (row.name, row.phone, row.phone_last4) == ("王秀英", "13812345678", "5678")
    assert (row.birth_year, row.birth_date) == (1941, date(1941, 2, 28))
    assert (row.contact_by, row.has_place, row.note) == ("sms", False, "")
    event = CustomerEvent.objects.get()
    assert (event.customer, event.to_status, event.actor) == (row, "registered", town.alice)


def test_everything_that_is_said_is_kept(town: Town) -> None:
    details = Details(
        name=" 王秀英 ",
        phone="(029) 8765 4321-802",
        birth_year=1941,
        preferred_name="王老师",
        address="幸福小区3号楼",
        place=Place(34.25, 108.95),
        needs=["hearing", "mobility", "hearing"],
        circumstances=["nursing_home"],
        contact_by="family",
        preferred_staff=town.team[0],
        note="下午睡觉",
        identity=CARD,
    )
    row = register_customer(branch=town.branch, details=details, actor=town.alice)

    row.refresh_from_db()
    assert (row.name, row.called, row.phone) == ("王秀英", "王老师", "02987654321-802")
    assert (row.needs, row.circumstances) == (["hearing", "mobility"], ["nursing_home"])
    assert (row.latitude, row.longitude) == (34.25, 108.95)
    assert (row.contact_by, row.preferred_staff, row.note) == ("family", town.team[0], "下午睡觉")
    check = IdentityCheck.objects.get(customer=row)
    assert (check.document, check.how, check.last4) == ("identity_card", "seen", "012X")
    assert check.checked_by == town.alice


@pytest.mark.parametrize(
    ("area", "address", "place"),
    [
        ("碑林区", "雁塔区小寨东路1号", (34.26, 108.94)),
        ("", "西安市雁塔区小寨东路1号", (34.22, 108.95)),
        ("", "月球", (None, None)),
    ],
)
def test_place_is_found_without_asking_anybody(
    town: Town, area: str, address: str, place: tuple[float | None, float | None]
) -> None:
    details = replace(PLAIN, area=area, address=address)
    row = register_customer(branch=town.branch, details=details, actor=town.alice)

    assert (row.latitude, row.longitude) == place


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"birth_date": date(2026, 11, 26)}, "birth_date"),
        ({"birth_date": date(1903, 12, 31)}, "birth_date"),
        ({"birth_date": None}, "birth_date"),
        ({"birth_date": None, "birth_year": 2027}, "birth_date"),
        ({"birth_year": 1942}, "birth_date"),
        ({"phone": "12345"}, "phone"),
        ({"phone": "029-87654321"}, "contact_by"),
        ({"name": "  "}, "name"),
        ({"name": "王" * 61}, "name"),
        ({"needs": ["wings"]}, "needs"),
        ({"circumstances": ["castle"]}, "circumstances"),
        ({"contact_by": "owl"}, "contact_by"),
        ({"note": "身份证 610102194102280120"}, "note"),
        ({"note": "6222 0210 0112 3456"}, "note"),
        ({"note": "好" * 121}, "note"),
        ({"place": Place(91, 0)}, "place"),
        ({"identity": replace(CARD, last4="610102194102280120")}, "last4"),
        ({"identity": replace(CARD, last4="12")}, "last4"),
    ],
)
def test_what_cannot_be_is_refused(town: Town, change: dict[str, Any], field: str) -> None:
    before = Customer.objects.count()

    with pytest.raises(InvalidInput) as refused:
        register_customer(branch=town.branch, details=replace(PLAIN, **change), actor=town.alice)
    assert set(refused.value.fields) == {field}
    assert Customer.objects.count() == before
    assert not CustomerEvent.objects.exists()


def test_all_faults_are_named_at_once(town: Town) -> None:
    with pytest.raises(InvalidInput) as refused:
        register_customer(branch=town.branch, details=Details("", "1"), actor=town.alice)
    assert set(refused.value.fields) == {"name", "phone", "birth_date"}


def test_staff_of_another_region_cannot_be_preferred(town: Town) -> None:
    stranger = make_staff(make_branch())[0]
    with pytest.raises(InvalidInput) as refused:
        register_customer(
            branch=town.branch, details=replace(PLAIN, preferred_staff=stranger), actor=town.alice
        )
    assert set(refused.value.fields) == {"preferred_staff"}


def test_officers_do_not_register(town: Town) -> None:
    with pytest.raises(NotAllowed):
        register_customer(branch=town.branch, details=PLAIN, actor=town.olga)


@pytest.mark.parametrize("last4", ["610102194102280120", "12345", "12", "01 2", ""])
def test_the_database_refuses_more_than_four(town: Town, last4: str) -> None:
    with pytest.raises(Exception, match=r"identity_only_last_four|too long"), transaction.atomic():
        IdentityCheck.objects.create(
            customer=town.grandmother,
            document="identity_card",
            how="seen",
            last4=last4,
            checked_by=town.alice,
        )


def test_an_identity_check_is_never_changed(town: Town) -> None:
    row = record_identity(customer=town.grandmother, identity=CARD, actor=town.alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityCheck.objects.filter(pk=row.pk).update(last4="9999")


def test_date_and_year_must_agree_in_the_database(town: Town) -> None:
    with pytest.raises(IntegrityError, match="customer_birth_agrees"), transaction.atomic():
        make_customer(town.branch, birth_year=1940, birth_date=date(1941, 1, 1))
