"""An inspection from plan to submission, and everything that must not happen on the way."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.permissions import Permission
from accounts.roles import Role
from audits import answering, inspections
from audits.access import OwnBranch
from audits.completeness import NotComplete, missing_signatures
from audits.inspections import AlreadyUnderWay
from audits.models import (
    Answer,
    Finding,
    Inspection,
    InspectionEvent,
    InspectionKind,
    ItemResult,
    Side,
    Signature,
)
from audits.publishing import publish
from audits.states import InspectionStatus
from foundation import clock
from foundation.errors import InvalidInput, MoveRefused, NotAllowed
from tests.audits.make import (
    answer_all,
    make_inspection,
    make_submitted,
    make_world,
    narrow,
    say,
    sign_both,
    small_document,
)
from tests.make import make_branch, make_staff, make_user, new_key

pytestmark = pytest.mark.django_db


def statuses(inspection: Inspection) -> list[tuple[str, str]]:
    return [(e.from_status, e.to_status) for e in inspection.events.all()]


def test_from_plan_to_submission() -> None:
    world = make_world()
    done = make_submitted(world, failing=("Y2",), last_works_year=2015)
    # X1, X2 and Y1 pass: 7 of 8 points. Y2 is no must-have, so the grade is reached.
    assert (done.points, done.out_of, done.must_failed, done.grade) == (7, 8, 0, "demonstration")
    assert done.percent == 87.5
    assert statuses(done) == [("", "planned"), ("planned", "under_way"), ("under_way", "submitted")]
    assert list(done.section_scores.values_list("section", "points", "out_of")) == [
        ("X", 4, 4),
        ("Y", 3, 4),
    ]
    verdicts = dict(done.results.values_list("item__code", "verdict"))
    assert verdicts == {"X1": "pass", "X2": "pass", "Y1": "pass", "Y2": "fail"}
    [finding] = Finding.objects.all()
    assert finding.words_zh == "门净宽：净宽：850 毫米（不小于 900 毫米）"
    assert finding.words_en == "Door width (Y2): clear width: 850 mm (at least 900 mm)"
    # What is stored is what the facts say.
    again = inspections.score_of(done)
    assert (again.total.points, again.total.out_of, again.grade) == (7, 8, "demonstration")


def test_planned_twice_with_one_key_is_planned_once() -> None:
    world = make_world()
    key = new_key()
    one = make_inspection(world, key=key, start=False)
    assert make_inspection(world, key=key, start=False) == one
    assert InspectionEvent.objects.count() == 1


def test_nobody_inspects_their_own_branch() -> None:
    world = make_world()
    world.rita.branches.add(world.branch)
    with pytest.raises(OwnBranch):
        make_inspection(world)
    [member] = make_staff(world.branch, 1)
    member.user = world.olga
    member.save()
    with pytest.raises(OwnBranch):
        make_inspection(world, inspector=world.olga)
    assert not Inspection.objects.exists()


def test_who_comes_to_work_there_meanwhile_may_not_begin() -> None:
    world = make_world()
    planned = make_inspection(world, start=False)
    world.rita.branches.add(world.branch)
    with pytest.raises(OwnBranch):
        inspections.start(inspection=planned, actor=world.rita)
    planned.refresh_from_db()
    assert planned.status == InspectionStatus.PLANNED


def test_the_database_keeps_insiders_out_too() -> None:
    world = make_world()
    inspection = make_inspection(world)
    with pytest.raises(IntegrityError, match="own_branch"), transaction.atomic():
        Inspection.objects.filter(pk=inspection.pk).update(inspector=world.martha)
    [member] = make_staff(world.branch, 1)
    member.user = world.olga
    member.save()
    with pytest.raises(IntegrityError, match="own_branch"), transaction.atomic():
        Inspection.objects.filter(pk=inspection.pk).update(inspector=world.olga)


def test_roles_and_scope() -> None:
    world = make_world()
    for actor in (world.martha, world.rita, make_user(Role.OFFICER, region=make_branch().region)):
        with pytest.raises(NotAllowed):
            make_inspection(world, actor=actor)
    with pytest.raises(NotAllowed):
        make_inspection(world, inspector=make_user(branches=[make_branch(world.region)]))
    assert not Inspection.objects.exists()


def test_a_day_that_is_over() -> None:
    world = make_world()
    with pytest.raises(InvalidInput) as refusal:
        make_inspection(world, day=clock.today() - timedelta(days=1))
    assert list(refusal.value.fields) == ["day"]


def test_a_surprise_is_not_told_to_the_branch() -> None:
    world = make_world()
    spot = make_inspection(world, kind=InspectionKind.SPOT, announced=False, start=False)
    visible = Inspection.objects.for_user
    assert not visible(world.martha, Permission.VIEW_AUDIT).exists()
    assert visible(world.olga, Permission.VIEW_AUDIT).get() == spot
    inspections.start(inspection=spot, actor=world.rita)
    assert visible(world.martha, Permission.VIEW_AUDIT).get() == spot


def test_two_inspectors_cannot_be_at_one_branch_at_once() -> None:
    world = make_world()
    make_inspection(world)
    other = make_inspection(world, inspector=world.olga, start=False)
    with pytest.raises(AlreadyUnderWay):
        inspections.start(inspection=other, actor=world.olga)
    other.refresh_from_db()
    assert (other.status, statuses(other)) == ("planned", [("", "planned")])


def test_only_the_inspector_answers_signs_and_submits() -> None:
    world = make_world()
    inspection = make_inspection(world)
    with pytest.raises(NotAllowed):
        say(inspection, "X1", actor=world.olga)
    answer_all(inspection)
    with pytest.raises(NotAllowed):
        inspections.sign(inspection=inspection, side=Side.BRANCH, name="王", actor=world.martha)
    with pytest.raises(NotAllowed):
        inspections.submit(inspection=inspection, actor=world.olga)
    assert (Answer.objects.count(), Signature.objects.count()) == (4, 0)


def test_handed_over_the_answers_stay() -> None:
    world = make_world()
    inspection = make_inspection(world)
    say(inspection, "X1")
    inspection = inspections.hand_over(
        inspection=inspection, to=world.olga, reason="ill", actor=world.olga
    )
    say(inspection, "X2", actor=world.olga)
    assert [item.code for item in answering.unanswered(inspection)] == ["Y1", "Y2"]
    world.rita.branches.add(world.branch)
    with pytest.raises(OwnBranch):
        inspections.hand_over(inspection=inspection, to=world.rita, reason="", actor=world.olga)


def test_an_inspection_keeps_the_version_it_began_with() -> None:
    world = make_world()
    inspection = make_inspection(world)
    publish(document=small_document(code="elder-branch", version="2"), actor=None)
    answer_all(inspection)
    sign_both(inspection)
    done = inspections.submit(inspection=inspection, actor=world.rita)
    assert done.version == world.version
    assert make_inspection(world).version.number == 2


def test_signatures_stand_under_the_answers_as_they_were() -> None:
    world = make_world()
    inspection = make_inspection(world)
    with pytest.raises(NotComplete) as refusal:
        sign_both(inspection)
    assert refusal.value.data == {"unanswered": ["X1", "X2", "Y1", "Y2"]}
    answer_all(inspection)
    sign_both(inspection)
    say(inspection, "X1", narrow())
    assert missing_signatures(inspection) == [Side.INSPECTOR, Side.BRANCH]
    with pytest.raises(NotComplete) as refusal:
        inspections.submit(inspection=inspection, actor=world.rita)
    assert refusal.value.data == {"signatures": ["inspector", "branch"]}
    assert not ItemResult.objects.exists()
    say(inspection, "X1")  # as it was when it was signed
    assert inspections.submit(inspection=inspection, actor=world.rita).points == 8


def test_one_person_cannot_sign_for_both_sides() -> None:
    world = make_world()
    inspection = make_inspection(world)
    answer_all(inspection)
    for name in ("", "  ", world.rita.full_name):
        with pytest.raises(InvalidInput):
            inspections.sign(inspection=inspection, side=Side.BRANCH, name=name, actor=world.rita)
    assert not Signature.objects.exists()


def test_submitted_twice_is_submitted_once() -> None:
    world = make_world()
    done = make_submitted(world, failing=("X2",))
    assert inspections.submit(inspection=done, actor=world.rita) == done
    assert (Finding.objects.count(), ItemResult.objects.count()) == (1, 4)


def test_nothing_of_a_submitted_inspection_changes() -> None:
    world = make_world()
    done = make_submitted(world)
    with pytest.raises(MoveRefused):
        say(done, "X1", narrow())
    with pytest.raises(MoveRefused):
        inspections.cancel(inspection=done, reason="oops", actor=world.olga)
    answer = done.answers.first()
    assert answer is not None
    attempts: list[Any] = [
        lambda: Inspection.objects.filter(pk=done.pk).update(points=1),
        lambda: Inspection.objects.filter(pk=done.pk).delete(),
        lambda: done.answers.update(note="changed"),
        lambda: done.results.update(verdict="fail"),
        lambda: done.section_scores.update(points=0),
        lambda: done.signatures.update(name="x"),
        lambda: Answer.objects.create(
            client_id=uuid4(),
            inspection=done,
            item=answer.item,
            values=narrow(),
            answered_at=clock.now(),
            received_at=clock.now(),
            answered_by=world.rita,
        ),
    ]
    for attempt in attempts:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    done.refresh_from_db()
    assert (done.points, done.answers.count()) == (8, 4)


def test_called_off_with_a_reason() -> None:
    world = make_world()
    inspection = make_inspection(world)
    with pytest.raises(InvalidInput):
        inspections.cancel(inspection=inspection, reason=" ", actor=world.rita)
    with pytest.raises(NotAllowed):
        inspections.cancel(inspection=inspection, reason="no time", actor=world.martha)
    done = inspections.cancel(inspection=inspection, reason="flood", actor=world.rita)
    assert statuses(done)[-1] == ("under_way", "cancelled")
    with pytest.raises(MoveRefused):
        say(done, "X1")


@pytest.mark.parametrize("year", [0, 1800, 3000])
def test_a_year_that_cannot_be(year: int) -> None:
    world = make_world()
    with pytest.raises(InvalidInput):
        make_inspection(world, last_works_year=year)
    assert Inspection.objects.get().status == InspectionStatus.PLANNED


def test_begun_twice_is_begun_once_and_by_nobody_else() -> None:
    world = make_world()
    inspection = make_inspection(world, last_works_year=2015)
    again = inspections.start(inspection=inspection, actor=world.rita, last_works_year=2020)
    assert (again.started_at, again.last_works_year) == (inspection.started_at, 2015)
    assert InspectionEvent.objects.count() == 2
    with pytest.raises(NotAllowed):
        inspections.start(inspection=inspection, actor=world.olga)


def test_another_year_of_works_is_another_result_and_is_signed_anew() -> None:
    document = small_document(code="elder-branch")
    document["items"][2]["binds_from"] = "2022"
    world = make_world(document)
    inspection = make_inspection(world)
    answer_all(inspection, failing=("Y1",))
    sign_both(inspection)
    assert inspections.score_of(inspection).must_failed == ("Y1",)
    inspection = inspections.correct_works_year(
        inspection=inspection, last_works_year=2010, actor=world.rita
    )
    assert missing_signatures(inspection) == [Side.INSPECTOR, Side.BRANCH]
    sign_both(inspection)
    done = inspections.submit(inspection=inspection, actor=world.rita)
    assert done.must_failed == 0
    assert Finding.objects.get().severity == "major"
    with pytest.raises(MoveRefused):
        inspections.correct_works_year(inspection=done, last_works_year=2023, actor=world.rita)


def test_a_key_of_another_inspection() -> None:
    world = make_world()
    key = new_key()
    make_inspection(world, key=key, start=False)
    with pytest.raises(InvalidInput) as refusal:
        make_inspection(world, key=key, branch=make_branch(world.region), start=False)
    assert list(refusal.value.fields) == ["key"]
    assert Inspection.objects.count() == 1


@pytest.mark.parametrize(
    "strokes", [[[[1]]], [[[1, -2]]], [[[1, 9999]]], [[["a", 1]]], [[[0, 0]] * 5001]]
)
def test_a_drawing_that_is_none(strokes: Any) -> None:
    world = make_world()
    inspection = make_inspection(world)
    answer_all(inspection)
    with pytest.raises(InvalidInput) as refusal:
        inspections.sign(
            inspection=inspection,
            side=Side.BRANCH,
            name="王",
            strokes=strokes,
            actor=world.rita,
        )
    assert list(refusal.value.fields) == ["strokes"]
    assert not Signature.objects.exists()
