"""Two phones, one item: nothing wins by being later, and a person decides."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from audits import inspections
from audits.answering import OtherVersion, current_answers
from audits.completeness import NotComplete
from audits.disputes import disputes
from audits.models import Answer, Inspection, Side
from audits.publishing import publish
from foundation import clock
from foundation.errors import InvalidInput, MoveRefused
from tests.audits.make import (
    World,
    answer_all,
    make_inspection,
    make_world,
    narrow,
    say,
    small_document,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def values(rows: list[Answer]) -> list[str]:
    return [row.values["width"]["value"] for row in rows]


def test_two_phones_answer_one_item_and_a_person_decides(world: World) -> None:
    inspection = make_inspection(world)
    answer_all(inspection)
    first = current_answers(inspection)["X1"].client_id
    # Both phones show the first answer; one of them has no network and is late.
    kept = {"at": clock.now() - timedelta(minutes=3), "seen": [first]}
    say(inspection, "X1", narrow(950), seen=[first])
    say(inspection, "X1", narrow(850), **kept)
    found = disputes(inspection)
    assert {code: values(rows) for code, rows in found.items()} == {"X1": ["950", "850"]}
    with pytest.raises(NotComplete) as refusal:
        inspections.sign(inspection=inspection, side=Side.INSPECTOR, name="", actor=world.rita)
    assert refusal.value.data == {"disputed": ["X1"]}
    assert inspection.signatures.count() == 0
    # Seeing one of the two decides nothing; seeing both does.
    late = found["X1"][1].client_id
    say(inspection, "X1", narrow(870), seen=[late])
    assert values(disputes(inspection)["X1"]) == ["950", "870"]
    say(inspection, "X1", narrow(860), seen=[row.client_id for row in disputes(inspection)["X1"]])
    assert disputes(inspection) == {}
    assert current_answers(inspection)["X1"].values == narrow(860)
    inspections.sign(inspection=inspection, side=Side.INSPECTOR, name="", actor=world.rita)


@pytest.mark.parametrize("chain", ["own", "unsaid", "same"])
def test_what_was_known_or_is_the_same_is_no_dispute(world: World, chain: str) -> None:
    inspection = make_inspection(world)
    mine: UUID = uuid4()
    say(inspection, "X1", narrow(950), seen=[], client_id=mine)
    ways: dict[str, dict[str, Any]] = {
        "own": {"values": narrow(850), "seen": [mine]},
        "unsaid": {"values": narrow(850)},
        "same": {"values": narrow(950), "seen": []},
    }
    say(inspection, "X1", **ways[chain])
    assert disputes(inspection) == {}
    assert Answer.objects.count() == 2


def test_form_of_another_version_is_refused_and_nothing_written(world: World) -> None:
    inspection = make_inspection(world)
    with pytest.raises(OtherVersion):
        say(inspection, "X1", version="elder-branch-2")
    assert not Answer.objects.exists()
    say(inspection, "X1", version=world.standard().label)


def test_moved_to_another_day_it_follows_the_standard_of_that_day(world: World) -> None:
    inspection = make_inspection(world, start=False)
    day = clock.today() + timedelta(days=30)
    next_one = small_document(code="elder-branch", version="2", in_force=day.isoformat())
    newer = publish(document=next_one, actor=None)
    for _tap in range(2):
        inspections.move_to(inspection=inspection, day=day, actor=world.olga)
    inspection.refresh_from_db()
    assert (inspection.planned_for, inspection.version) == (day, newer)
    assert inspection.events.count() == 2
    with pytest.raises(InvalidInput):
        inspections.move_to(
            inspection=inspection, day=clock.today() - timedelta(days=1), actor=world.olga
        )
    inspections.start(inspection=inspection, actor=world.rita)
    with pytest.raises(MoveRefused):
        inspections.move_to(inspection=inspection, day=day, actor=world.olga)
    assert Inspection.objects.get().planned_for == day
