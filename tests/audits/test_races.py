"""Two at once: threads that really run beside each other, with real transactions."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from audits import improvements, inspections
from audits.completeness import NotComplete
from audits.inspections import AlreadyUnderWay
from audits.models import (
    Answer,
    Finding,
    Improvement,
    Inspection,
    InspectionKind,
    ItemResult,
)
from audits.publishing import publish
from audits.states import ImprovementStatus
from foundation.errors import DomainError, MoveRefused
from tests.audits.make import (
    answer_all,
    bring_to,
    make_improvement,
    make_inspection,
    make_world,
    narrow,
    say,
    show,
    sign_both,
    small_document,
)

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned or was refused with, all begun at the same moment."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=10)
            return act()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_one_answer_that_arrives_twice_at_once_is_one() -> None:
    inspection = make_inspection(make_world())
    number = uuid4()
    found = at_once(*[lambda: say(inspection, "X1", client_id=number)] * 4)
    assert {answer.pk for answer in found} == {Answer.objects.get().pk}


def test_two_who_begin_at_once() -> None:
    world = make_world()
    one = make_inspection(world, start=False)
    two = make_inspection(world, start=False, inspector=world.olga)
    found = at_once(
        lambda: inspections.start(inspection=one, actor=world.rita),
        lambda: inspections.start(inspection=two, actor=world.olga),
    )
    assert sorted(type(one).__name__ for one in found) == ["AlreadyUnderWay", "Inspection"]
    assert [isinstance(one, AlreadyUnderWay) for one in found].count(True) == 1
    assert Inspection.objects.filter(status="under_way").count() == 1


def test_submitted_twice_at_once_is_submitted_once() -> None:
    world = make_world()
    inspection = make_inspection(world)
    answer_all(inspection, failing=("X1",))
    sign_both(inspection)
    found = at_once(*[lambda: inspections.submit(inspection=inspection, actor=world.rita)] * 3)
    assert {row.points for row in found} == {6}
    assert (ItemResult.objects.count(), Finding.objects.count()) == (4, 1)


def test_an_answer_during_submission_is_in_or_refused_and_never_lost() -> None:
    world = make_world()
    inspection = make_inspection(world)
    answer_all(inspection)
    sign_both(inspection)
    submitted, answered = at_once(
        lambda: inspections.submit(inspection=inspection, actor=world.rita),
        lambda: say(inspection, "X1", narrow()),
    )
    if isinstance(answered, MoveRefused):
        assert submitted.points == 8
    else:
        # The answer came first: the signatures no longer fit, and nothing was submitted.
        assert isinstance(submitted, NotComplete)
        assert Inspection.objects.get().status == "under_way"


def test_closed_and_sent_back_at_once_is_one_of_the_two() -> None:
    world = make_world()
    row = bring_to(make_improvement(world), ImprovementStatus.RECHECK, world)
    evidence = show(row, world.rita)
    found = at_once(
        lambda: improvements.close(
            improvement=row, words="fine", evidence=evidence, actor=world.rita
        ),
        lambda: improvements.send_back(improvement=row, words="loose", actor=world.olga),
    )
    assert [isinstance(one, MoveRefused) for one in found].count(True) == 1
    row.refresh_from_db()
    assert (row.status, row.failed_rechecks) in [("closed", 0), ("analysed", 1)]


def test_published_twice_at_once_is_published_once() -> None:
    document = small_document()
    found = at_once(*[lambda: publish(document=document, actor=None)] * 3)
    assert len({version.pk for version in found}) == 1
    assert found[0].items.count() == 4


def test_found_twice_at_once_makes_one_improvement() -> None:
    world = make_world()
    check = make_inspection(
        world, kind=InspectionKind.SELF_CHECK, inspector=world.martha, actor=world.martha
    )
    inspection = make_inspection(world)
    for one in (check, inspection):
        answer_all(one, failing=("X1", "Y1"))
        sign_both(one)
    at_once(
        lambda: inspections.submit(inspection=check, actor=world.martha),
        lambda: inspections.submit(inspection=inspection, actor=world.rita),
    )
    assert Finding.objects.count() == 4
    assert sorted(Improvement.objects.values_list("item_code", flat=True)) == ["X1", "Y1"]
