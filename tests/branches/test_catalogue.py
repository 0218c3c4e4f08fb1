"""What a branch has, what each thing must satisfy, and who looked last."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from branches import catalogue
from branches.coverage import Verdict, coverage, coverage_of, expiring
from branches.facilities import FaultStillOpen, Look, register_facility, see
from branches.faults import close_fault, report_fault
from branches.models import Facility, FacilityEvent, FacilitySighting, FacilityType, StockItem
from branches.models.facility import FacilityState
from branches.states import FaultStatus
from foundation import clock
from foundation.errors import InvalidInput
from tests.make import MORNING, TODAY, Town, make_branch, make_town, new_key
from tests.photos import picture

pytestmark = pytest.mark.django_db

FIT, CARE = FacilityState.FIT, FacilityState.NEEDS_CARE


@pytest.fixture
def town() -> Town:
    with time_machine.travel(MORNING, tick=False):
        town = make_town()
        catalogue.load()
    return town


def of(town: Town, code: str, quantity: int = 1) -> Facility:
    kind = FacilityType.objects.get(code=code)
    return register_facility(branch=town.branch, type_=kind, quantity=quantity)


def verdict(town: Town, code: str) -> Verdict:
    matrix = coverage(town.olga)
    line = next(one for one in matrix.lines if one.branch == town.branch)
    column = [kind.code for kind in matrix.types].index(code)
    return line.cells[column].verdict


def test_catalogue_loads_once_and_again_and_keeps_what_a_region_added(town: Town) -> None:
    number = FacilityType.objects.count()
    assert number == len(catalogue.read(catalogue.FACILITIES)) == 40
    FacilityType.objects.create(code="piano", name_zh="钢琴", name_en="piano")
    FacilityType.objects.filter(code="ramp").update(name_en="slope")
    assert catalogue.load() == number
    assert FacilityType.objects.count() == number + 1
    assert FacilityType.objects.get(code="ramp").name_en == "ramp"


def test_supplies_load_once_and_a_kit_defined_otherwise_stays(town: Town) -> None:
    assert catalogue.load_supplies() == StockItem.objects.count() == 14
    kit = StockItem.objects.get(code="care-kit")
    assert {part.item.code: part.quantity for part in kit.components.all()} == {
        "mask": 5,
        "card-sleeve": 2,
        "uv-torch": 1,
        "rubber-band": 5,
        "note-pad": 1,
    }
    kit.components.exclude(item__code="mask").delete()
    catalogue.load_supplies()
    assert (kit.components.count(), StockItem.objects.count()) == (1, 14)


def test_catalogue_promises_what_the_article_promises(town: Town) -> None:
    everywhere = FacilityType.objects.filter(promised_everywhere=True)
    assert {kind.code for kind in everywhere} == {
        *("love-seat", "love-window", "reading-glasses", "magnifier"),
    }
    demonstration = FacilityType.objects.filter(promised_demonstration=True)
    assert {kind.code for kind in demonstration} - {kind.code for kind in everywhere} == {
        *("first-aid-box", "wheelchair", "waiting-area", "service-window"),
    }


def test_a_look_brings_the_register_up_to_what_was_seen(town: Town) -> None:
    facility = of(town, "wheelchair")
    with time_machine.travel(MORNING, tick=False):
        see(
            key=new_key(),
            facility=facility,
            look=Look(CARE, quantity=1, words="flat tyre"),
            actor=town.alice,
        )
    facility.refresh_from_db()
    assert (facility.state, facility.quantity) == (CARE, 1)
    assert (facility.last_seen_at, facility.last_seen_by) == (MORNING, town.alice)
    event = FacilityEvent.objects.get()
    assert (event.from_status, event.to_status, event.reason) == ("fit", "needs_care", "flat tyre")


def test_a_look_may_bring_a_photo_and_another_place(
    town: Town, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    facility = of(town, "wheelchair")
    with pytest.raises(InvalidInput):
        see(key="no", facility=facility, look=Look(FIT), actor=town.alice, photo=b"GIF89a")
    look = Look(FIT, stands_at=" by the door ")
    first = see(key="tap", facility=facility, look=look, actor=town.alice, photo=picture())
    see(key="tap", facility=facility, look=look, actor=town.alice, photo=picture())
    see(key="later", facility=facility, look=Look(FIT), actor=town.alice)
    facility.refresh_from_db()
    assert (facility.stands_at, facility.photo) == ("by the door", first.photo)
    seen = FacilitySighting.objects.values_list("stands_at", "photo")
    assert list(seen) == [("by the door", None), ("by the door", facility.photo_id)]
    assert len(list(tmp_path.rglob("*.jpg"))) == 1


def test_same_look_sent_twice_is_one(town: Town) -> None:
    facility = of(town, "wheelchair")
    first = see(key="tap", facility=facility, look=Look(CARE), actor=town.alice)
    assert see(key="tap", facility=facility, look=Look(FIT), actor=town.alice) == first
    facility.refresh_from_db()
    assert facility.state == CARE
    assert FacilitySighting.objects.count() == 1


def test_no_change_of_state_leaves_no_event(town: Town) -> None:
    see(key=new_key(), facility=of(town, "wheelchair"), look=Look(FIT), actor=town.alice)
    assert FacilityEvent.objects.count() == 0
    assert FacilitySighting.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "look"),
    [
        ("wheelchair", Look(FIT, quantity=-1)),
        ("wheelchair", Look(FIT, measured=Decimal(3))),
        ("ramp", Look(FIT, measured=Decimal(0))),
    ],
)
def test_impossible_look_is_refused_and_changes_nothing(town: Town, code: str, look: Look) -> None:
    facility = of(town, code)
    with pytest.raises(InvalidInput):
        see(key=new_key(), facility=facility, look=look, actor=town.alice)
    facility.refresh_from_db()
    assert facility.last_seen_at is None
    assert FacilitySighting.objects.count() == 0


def test_broken_thing_is_not_seen_as_fit_before_its_fault_is_closed(town: Town) -> None:
    facility = of(town, "wheelchair")
    fault = report_fault(facility=facility, words="brake", actor=town.alice)
    with pytest.raises(FaultStillOpen):
        see(key=new_key(), facility=facility, look=Look(FIT), actor=town.alice)
    close_fault(fault=fault, to=FaultStatus.REPAIRED, reason="new brake", actor=town.martha)
    moves = FacilityEvent.objects.values_list("from_status", "to_status", "reason")
    assert list(moves) == [("fit", "out_of_use", "brake"), ("out_of_use", "fit", "new brake")]


@pytest.mark.parametrize("table", ["facilitysighting", "facilityevent"])
def test_what_was_seen_stays_on_record(town: Town, table: str) -> None:
    see(key=new_key(), facility=of(town, "wheelchair"), look=Look(CARE), actor=town.alice)
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        connection.cursor().execute(f"DELETE FROM branches_{table}")


@pytest.mark.parametrize(
    ("code", "changes", "expected"),
    [
        ("wheelchair", {}, Verdict.GOOD),
        ("wheelchair", {"state": "missing"}, Verdict.MISSING),
        ("wheelchair", {"quantity": 0}, Verdict.MISSING),
        ("wheelchair", {"state": "out_of_use"}, Verdict.UNFIT),
        ("love-seat", {"quantity": 1}, Verdict.SHORT),
        ("love-seat", {"quantity": 2}, Verdict.GOOD),
        ("aed", {"expires_on": TODAY}, Verdict.GOOD),
        ("aed", {"expires_on": TODAY - timedelta(days=1)}, Verdict.EXPIRED),
        ("ramp", {"measured": Decimal("11.99")}, Verdict.WRONG_SIZE),
        ("ramp", {"measured": Decimal(12)}, Verdict.GOOD),
        ("low-counter", {"measured": Decimal("850.01")}, Verdict.WRONG_SIZE),
        ("wheelchair", {"last_seen_at": MORNING - timedelta(days=30)}, Verdict.GOOD),
        ("wheelchair", {"last_seen_at": MORNING - timedelta(days=31)}, Verdict.NOT_SEEN),
    ],
)
def test_verdict(town: Town, code: str, changes: dict[str, object], expected: Verdict) -> None:
    Facility.objects.filter(pk=of(town, code).pk).update(**changes)
    with time_machine.travel(MORNING, tick=False):
        assert verdict(town, code) == expected


def test_what_is_promised_and_not_there_is_a_gap_and_the_rest_is_not(town: Town) -> None:
    assert coverage_of(town.branch).gaps == 0
    Facility.objects.filter(branch=town.branch, type__code="wheelchair").delete()
    line = coverage_of(town.branch)
    assert line.gaps == 1
    assert verdict(town, "wheelchair") == Verdict.MISSING
    assert verdict(town, "aed") == Verdict.NOT_ASKED


def test_ordinary_branch_promises_less(town: Town) -> None:
    town.branch.kind = "ordinary"
    town.branch.save()
    Facility.objects.filter(branch=town.branch, type__code="wheelchair").delete()
    assert coverage_of(town.branch).gaps == 0
    assert verdict(town, "wheelchair") == Verdict.NOT_ASKED


def test_matrix_is_scoped_and_takes_three_queries_however_many_branches(
    town: Town, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert [line.branch for line in coverage(town.bob).lines] == [town.gaoxin]
    assert coverage(town.zoe).lines == []
    for _ in range(5):
        make_branch(town.region)
    clock.now()  # the demonstration's clock asks once in a while, and is not what is counted
    with django_assert_num_queries(3):
        matrix = coverage(town.olga)
    assert len(matrix.lines) == 7
    assert {len(line.cells) for line in matrix.lines} == {len(matrix.types)}


def test_expiring_comes_in_order_and_in_scope(town: Town) -> None:
    until = date(2026, 12, 31)
    for code, day in (("aed", until), ("uv-torch", TODAY), ("umbrella", until + timedelta(days=1))):
        Facility.objects.filter(pk=of(town, code).pk).update(expires_on=day)
    assert [row.type.code for row in expiring(town.martha, until)] == ["uv-torch", "aed"]
    assert not expiring(town.bob, until)
