"""Where findings come from: inspections, faults, complaints; and that none is doubled."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.roles import Role
from audits import findings, improvements
from audits.models import Finding, Improvement, ImprovementEvent
from audits.standard import Severity
from audits.states import ImprovementStatus
from branches.faults import close_fault, report_fault
from branches.states import FaultStatus
from foundation.errors import InvalidInput, NotAllowed
from tests.audits.make import (
    World,
    bring_to,
    bundled_document,
    make_improvement,
    make_submitted,
    make_world,
)
from tests.make import MORNING, TODAY, make_branch, make_user

pytestmark = pytest.mark.django_db
S = ImprovementStatus


@pytest.fixture(autouse=True)
def morning() -> Iterator[time_machine.Traveller]:
    """Wednesday 2026-11-25, half past nine, with time passing."""
    with time_machine.travel(MORNING) as traveller:
        yield traveller


def test_what_is_found_again_while_it_is_seen_to_is_noted_and_not_doubled() -> None:
    world = make_world()
    row = make_improvement(world)
    make_submitted(world, failing=("Y1",))
    assert Finding.objects.count() == 2
    assert Improvement.objects.get() == row
    event = row.events.last()
    assert event is not None
    assert event.reason.startswith("found again: ")
    bring_to(row, S.CLOSED, world)
    make_submitted(world, failing=("Y1",))
    assert Improvement.objects.unsettled().count() == 1


def test_a_building_rule_in_an_old_outlet_is_advice() -> None:
    document = bundled_document()
    world = make_world(document)
    standard = world.standard()
    weigh = findings.weigh
    ordinary = make_branch(world.region, kind="ordinary")
    for code, branch, works, expected in (
        ("A4", world.branch, 2023, ("critical", True)),
        ("A4", world.branch, 2019, ("minor", False)),
        ("A2", world.branch, 2019, ("major", False)),  # weighs 3
        ("F1", world.branch, 2019, ("critical", True)),  # the law binds everybody
        ("I2", world.branch, None, ("major", True)),  # named by the demonstration grade
        ("I2", ordinary, None, ("major", False)),  # promised by the article, to others
        ("J2", ordinary, None, ("minor", False)),
    ):
        weight = weigh(standard, standard.by_code[code], branch, works)
        assert (weight.severity.value, weight.must_have) == expected, code


def test_a_broken_wheelchair_of_a_demonstration_branch_is_a_finding() -> None:
    world = make_world(bundled_document())
    wheelchair = world.branch.facilities.get(type__code="wheelchair")
    fault = report_fault(facility=wheelchair, words="flat tyre", actor=world.alice)
    assert findings.sweep_faults() == 1
    assert findings.sweep_faults() == 0
    [finding] = Finding.objects.all()
    assert finding.item is not None
    assert (finding.item.code, finding.must_have) == ("I2", True)
    assert (finding.words_zh, finding.words_en) == ("轮椅：flat tyre", "wheelchair: flat tyre")
    assert findings.raise_from_fault(fault=fault, actor=world.martha) == finding
    assert finding.improvement.deadline == date(2026, 12, 16)
    assert Improvement.objects.count() == 1


def test_the_same_wheelchair_in_an_ordinary_branch_is_only_a_fault() -> None:
    world = make_world(bundled_document())
    world.branch.kind = "ordinary"
    world.branch.save()
    wheelchair = world.branch.facilities.get(type__code="wheelchair")
    fault = report_fault(facility=wheelchair, words="flat tyre", actor=world.alice)
    assert findings.sweep_faults() == 0
    assert findings.raise_from_fault(fault=fault) is None
    seats = world.branch.facilities.get(type__code="love-seat")
    report_fault(facility=seats, words="torn", actor=world.alice)
    assert findings.sweep_faults() == 1  # every branch promises love seats


def test_a_fault_that_is_repaired_is_no_finding() -> None:
    world = make_world(bundled_document())
    seats = world.branch.facilities.get(type__code="love-seat")
    fault = report_fault(facility=seats, words="torn", actor=world.alice)
    fault = close_fault(fault=fault, to=FaultStatus.REPAIRED, reason="sewn", actor=world.martha)
    assert findings.raise_from_fault(fault=fault) is None
    assert not Finding.objects.exists()


def test_without_a_standard_the_sweep_is_quiet() -> None:
    assert findings.sweep_faults() == 0


def complain(world: World, **overrides: Any) -> Finding:
    fields: dict[str, Any] = {
        "branch": world.branch,
        "complaint": "C-2026-17",
        "words": "waited an hour",
        "received_on": TODAY,
        "actor": world.martha,
        "severity": Severity.MAJOR,
    } | overrides
    return findings.raise_from_complaint(**fields)


def test_a_complaint_joins_the_loop_with_its_own_fifteen_days() -> None:
    world = make_world()
    finding = complain(world)
    assert complain(world) == finding
    assert Finding.objects.count() == 1
    assert finding.improvement.deadline == date(2026, 12, 10)
    # 15 days from the 20th end on Saturday the 5th: the working day before.
    later = complain(world, complaint="C-2026-18", received_on=date(2026, 11, 20))
    assert later.improvement.deadline == date(2026, 12, 4)
    assert bring_to(finding.improvement, S.CLOSED, world).status == S.CLOSED


@pytest.mark.parametrize(
    ("overrides", "field"),
    [
        ({"complaint": " "}, "complaint"),
        ({"words": ""}, "words"),
        ({"received_on": TODAY + timedelta(days=1)}, "received_on"),
        ({"item_code": "Z9"}, "item_code"),
    ],
)
def test_a_complaint_that_is_none(overrides: dict[str, Any], field: str) -> None:
    world = make_world()
    with pytest.raises(InvalidInput) as refusal:
        complain(world, **overrides)
    assert list(refusal.value.fields) == [field]
    assert not Finding.objects.exists()


def test_a_finding_and_its_events_are_never_changed() -> None:
    row = make_improvement(make_world())
    for change in (
        lambda: Finding.objects.update(words_zh="nothing"),
        lambda: Finding.objects.all().delete(),
        lambda: ImprovementEvent.objects.update(reason="x"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    row.refresh_from_db()
    assert row.finding.words_zh.startswith("门净宽")


def test_a_complaint_is_not_put_off_for_ever() -> None:
    world = make_world()
    row = complain(world).improvement
    with pytest.raises(InvalidInput) as refusal:
        improvements.extend(
            improvement=row, deadline=date(2027, 1, 25), reason="complex", actor=world.olga
        )
    assert list(refusal.value.fields) == ["deadline"]
    last = date(2027, 1, 22)  # day 58, a Friday
    row = improvements.extend(improvement=row, deadline=last, reason="complex", actor=world.olga)
    assert row.deadline == last


def test_an_assistant_who_reports_a_fault_puts_it_on_the_list() -> None:
    world = make_world(bundled_document())
    seats = world.branch.facilities.get(type__code="love-seat")
    fault = report_fault(facility=seats, words="torn", actor=world.alice)
    stranger = make_user(branches=[make_branch(world.region)])
    with pytest.raises(NotAllowed):
        findings.raise_from_fault(fault=fault, actor=stranger)
    finding = findings.raise_from_fault(fault=fault, actor=world.alice)
    assert finding is not None
    assert (finding.found_by, finding.severity) == (world.alice, "critical")


def test_a_complaint_needs_no_standard() -> None:
    branch = make_branch()
    martha = make_user(Role.MANAGER, branches=[branch])
    finding = findings.raise_from_complaint(
        branch=branch, complaint="C-1", words="waited", received_on=TODAY, actor=martha
    )
    assert (finding.item, finding.improvement.deadline) == (None, date(2026, 12, 10))
