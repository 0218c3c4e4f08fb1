"""A facility found broken: reported once, followed to the repair, on record."""

from pathlib import Path
from typing import Any

import pytest

from branches.faults import FaultAlreadyOpen, close_fault, report_fault
from branches.models import Facility, FacilityFault, FaultEvent
from branches.models.facility import FacilityState
from branches.states import FaultStatus
from foundation.errors import InvalidInput, MoveRefused
from tests.make import Town, make_town
from tests.photos import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


def wheelchair(town: Town) -> Facility:
    return Facility.objects.get(branch=town.branch, type__code="wheelchair")


def test_report_takes_the_facility_out_of_use_and_is_on_record(town: Town) -> None:
    fault = report_fault(facility=wheelchair(town), words=" flat tyre ", actor=town.alice)

    assert (fault.status, fault.words, fault.reported_by) == ("reported", "flat tyre", town.alice)
    assert wheelchair(town).state == FacilityState.OUT_OF_USE
    event = fault.events.get()
    assert (event.from_status, event.to_status, event.reason, event.actor) == (
        "",
        "reported",
        "flat tyre",
        town.alice,
    )


def test_second_report_is_refused_and_changes_nothing(town: Town) -> None:
    first = report_fault(facility=wheelchair(town), words="flat tyre", actor=town.alice)

    with pytest.raises(FaultAlreadyOpen):
        report_fault(facility=wheelchair(town), words="again", actor=town.martha)
    assert list(FacilityFault.objects.all()) == [first]
    assert FaultEvent.objects.count() == 1


@pytest.mark.parametrize("to", [FaultStatus.REPAIRED, FaultStatus.MISTAKEN])
def test_closing_puts_it_back_into_use_and_lets_it_break_again(town: Town, to: FaultStatus) -> None:
    fault = report_fault(facility=wheelchair(town), words="", actor=town.alice)
    closed = close_fault(fault=fault, to=to, reason="new tyre", actor=town.martha)

    assert (closed.status, closed.closed_at is not None) == (to, True)
    assert wheelchair(town).state == FacilityState.FIT
    assert [(e.from_status, e.to_status, e.actor) for e in fault.events.all()] == [
        ("", "reported", town.alice),
        ("reported", to.value, town.martha),
    ]
    assert report_fault(facility=wheelchair(town), words="", actor=town.alice).pk != fault.pk


@pytest.mark.parametrize("to", list(FaultStatus))
def test_closed_fault_stays_as_it_is(town: Town, to: FaultStatus) -> None:
    fault = report_fault(facility=wheelchair(town), words="", actor=town.alice)
    close_fault(fault=fault, to=FaultStatus.REPAIRED, reason="done", actor=town.martha)
    Facility.objects.filter(pk=fault.facility_id).update(state=FacilityState.NEEDS_CARE)

    with pytest.raises(MoveRefused):
        close_fault(fault=fault, to=to, reason="again", actor=town.martha)
    assert FacilityFault.objects.get().status == FaultStatus.REPAIRED
    assert wheelchair(town).state == FacilityState.NEEDS_CARE
    assert fault.events.count() == 2


def test_open_fault_cannot_be_closed_as_open(town: Town) -> None:
    fault = report_fault(facility=wheelchair(town), words="", actor=town.alice)

    with pytest.raises(MoveRefused):
        close_fault(fault=fault, to=FaultStatus.REPORTED, reason="", actor=town.martha)
    assert wheelchair(town).state == FacilityState.OUT_OF_USE
    assert FacilityFault.objects.get().closed_at is None


def test_long_words_are_cut_and_never_an_error(town: Town) -> None:
    fault = report_fault(facility=wheelchair(town), words="坏" * 400, actor=town.alice)
    close_fault(fault=fault, to=FaultStatus.REPAIRED, reason="好" * 400, actor=town.martha)

    assert FacilityFault.objects.get().words == "坏" * 300
    assert [event.reason for event in fault.events.all()] == ["坏" * 300, "好" * 300]


@pytest.mark.parametrize("state", [FacilityState.NEEDS_CARE, FacilityState.OUT_OF_USE])
def test_closing_says_in_what_state_it_is_now(town: Town, state: FacilityState) -> None:
    fault = report_fault(facility=wheelchair(town), words="flat tyre", actor=town.alice)
    with pytest.raises(InvalidInput):
        close_fault(
            fault=fault,
            to=FaultStatus.REPAIRED,
            reason="gone",
            actor=town.martha,
            state=FacilityState.MISSING,
        )
    assert FacilityFault.objects.get().status == FaultStatus.REPORTED
    close_fault(
        fault=fault, to=FaultStatus.REPAIRED, reason="patched", actor=town.martha, state=state
    )
    assert wheelchair(town).state == state
    assert [event.snapshot for event in fault.events.all()] == [{}, {"state": state}]


def test_photos_of_the_fault_and_of_the_repair(town: Town, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(InvalidInput):
        report_fault(facility=wheelchair(town), words="flat", actor=town.alice, photo=b"<script>")
    assert not FacilityFault.objects.exists()
    fault = report_fault(facility=wheelchair(town), words="flat", actor=town.alice, photo=picture())
    closed = close_fault(
        fault=fault, to=FaultStatus.REPAIRED, reason="new", actor=town.martha, photo=picture()
    )
    shown, repaired = closed.photo, closed.repair_photo
    assert shown is not None
    assert repaired is not None
    assert (shown.branch, shown.of, shown.added_by) == (town.branch, "facility", town.alice)
    assert repaired.added_by == town.martha
    assert {path.stem for path in tmp_path.rglob("*.jpg")} == {
        str(shown.public_id),
        str(repaired.public_id),
    }
