"""Answers: replayed, late, not applicable, proposed by the register, never changed."""

from datetime import timedelta
from uuid import uuid4

import pytest

from audits import answering
from audits.answering import Given, proposals
from audits.judging import Verdict
from audits.models import (
    Answer,
    Inspection,
    Origin,
)
from branches.models.facility import FacilityState
from foundation import clock
from foundation.errors import InvalidInput
from tests.audits.make import (
    bundled_document,
    make_inspection,
    make_submitted,
    make_world,
    narrow,
    say,
    small_document,
)

pytestmark = pytest.mark.django_db


def test_an_answer_that_is_sent_again_is_the_same_answer() -> None:
    world = make_world()
    inspection = make_inspection(world)
    number = uuid4()
    one = say(inspection, "X1", client_id=number)
    assert say(inspection, "X1", narrow(), client_id=number) == one
    with pytest.raises(InvalidInput):
        say(inspection, "X2", client_id=number)
    assert Answer.objects.get().values == {"width": {"value": "900", "unit": "mm"}}


def test_what_was_said_offline_earlier_does_not_undo_what_was_said_later() -> None:
    world = make_world()
    inspection = make_inspection(world)
    assert inspection.started_at is not None
    now = clock.now()
    Inspection.objects.filter(pk=inspection.pk).update(started_at=now - timedelta(hours=2))
    say(inspection, "X1", narrow(880), at=now - timedelta(minutes=5))
    say(inspection, "X1", narrow(870), at=now - timedelta(minutes=50))  # the tablet's, sent late
    current = answering.current_answers(inspection)["X1"]
    assert current.values == narrow(880)


def test_a_phone_with_a_wrong_clock_is_not_believed() -> None:
    world = make_world()
    inspection = make_inspection(world)
    early = say(inspection, "X1", at=clock.now() - timedelta(days=400))
    late = say(inspection, "X2", at=clock.now() + timedelta(days=400))
    assert early.answered_at == inspection.started_at
    assert late.answered_at <= clock.now()


def test_not_applicable_needs_a_reason_and_an_item_that_allows_it() -> None:
    document = small_document(code="elder-branch")
    del document["items"][0]["not_applicable"]
    world = make_world(document)
    inspection = make_inspection(world)
    for code, overrides, field in (
        ("X1", {"reason": "none here"}, "not_applicable"),
        ("X2", {"reason": " "}, "reason"),
        ("X2", {"reason": "none here", "values": narrow()}, "values"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            say(inspection, code, **({"values": {}} | overrides), not_applicable=True)
        assert list(refusal.value.fields) == [field]
    assert not Answer.objects.exists()
    said = say(inspection, "X2", {}, not_applicable=True, reason="there is no door")
    assert answering.judgements(inspection)["X2"].verdict == Verdict.NOT_APPLICABLE
    assert (said.values, said.reason) == ({}, "there is no door")


def test_an_item_of_another_standard() -> None:
    world = make_world()
    inspection = make_inspection(world)
    with pytest.raises(InvalidInput) as refusal:
        answering.answer(
            inspection=inspection,
            item_code="A1",
            client_id=uuid4(),
            given=Given(values={"accessible": True}),
            actor=world.rita,
        )
    assert list(refusal.value.fields) == ["item"]


def test_what_the_register_knows_is_proposed_and_must_be_confirmed() -> None:
    world = make_world(bundled_document())
    wheelchair = world.branch.facilities.get(type__code="wheelchair")
    world.branch.facilities.filter(type__code="love-window").update(state=FacilityState.OUT_OF_USE)
    world.branch.facilities.filter(type__code="magnifier").delete()
    inspection = make_inspection(world)
    known = {
        (code, one.reading): one.value
        for code, found in proposals(inspection).items()
        for one in found
    }
    assert known == {
        ("C1", "present"): True,
        ("D1", "open"): False,
        ("E1", "seats"): {"value": "4", "unit": "place"},
        ("I1", "present"): True,
        ("I2", "wheelchairs"): {"value": str(wheelchair.quantity), "unit": "piece"},
        ("J1", "glasses"): {"value": "3", "unit": "piece"},
        ("J1", "magnifiers"): {"value": "0", "unit": "piece"},
        ("K2", "kits"): {"value": "40", "unit": "piece"},
    }
    assert len(answering.unanswered(inspection)) == 72
    said = say(inspection, "E1", {"seats": known["E1", "seats"]}, origin=Origin.CONFIRMED)
    assert said.origin == "confirmed"
    assert len(answering.unanswered(inspection)) == 71


def test_a_proposal_says_when_it_was_last_seen() -> None:
    document = small_document(code="elder-branch")
    document["items"][0]["register"] = [{"reading": "width", "facility": "wheelchair"}]
    world = make_world(document)
    make_submitted(world)
    [proposal] = proposals(make_inspection(world))["X1"]
    assert proposal.seen_on == clock.today()
