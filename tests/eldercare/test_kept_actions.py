"""What a tablet kept without a network: once, in order, at its true time, conflicts in sight."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine

from eldercare import escorts, kept_actions
from eldercare.kept_actions import Kept
from eldercare.models import Escort, KeptAction
from eldercare.models.kept import KeptKind
from eldercare.states import EscortStatus
from foundation.errors import MoveRefused
from tests.make import MORNING, Town, make_town, new_key

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def town() -> Town:
    return make_town()


def send(
    town: Town,
    kind: KeptKind,
    minutes_ago: float,
    *,
    key: UUID | None = None,
    escort: UUID | None = None,
    off: timedelta = timedelta(0),
    **said: Any,
) -> KeptAction:
    sent = datetime.now(tz=MORNING.tzinfo) + off
    kept = Kept(
        key=key or uuid4(),
        kind=kind,
        at=sent - timedelta(minutes=minutes_ago),
        sent_at=sent,
        escort=escort,
        said=said,
    )
    return kept_actions.take_in(kept=kept, branch=town.branch, actor=town.alice)


def waiting(town: Town) -> Escort:
    return escorts.log_arrival(
        client_key=new_key(),
        branch=town.branch,
        service_version=town.version,
        actor=town.alice,
        nickname="lady in red",
    )


def came(town: Town, minutes_ago: float, **more: Any) -> KeptAction:
    return send(
        town, KeptKind.ARRIVE, minutes_ago, nickname="lady", service=town.version.pk, **more
    )


def ago(minutes: float) -> datetime:
    return MORNING - timedelta(minutes=minutes)


def test_a_whole_escort_without_a_network_has_its_true_times(town: Town) -> None:
    arrival = uuid4()
    came(town, 40, key=arrival)
    send(town, KeptKind.TAKE, 38, escort=arrival, assistant=town.team[0].pk)
    last = send(town, KeptKind.FINISH, 10, escort=arrival, words="card replaced")
    escort = Escort.objects.get()
    assert last.outcome == "done"
    assert (escort.status, escort.outcome) == (EscortStatus.DONE, "card replaced")
    times = (escort.arrived_at, escort.taken_at, escort.finished_at)
    assert times == (ago(40), ago(38), ago(10))
    assert escort.commitment is not None
    assert (escort.commitment.span.lower, escort.commitment.span.upper) == (ago(38), ago(10))


def test_sent_twice_is_done_once(town: Town) -> None:
    key = uuid4()
    first, second = came(town, 3, key=key), came(town, 3, key=key)
    assert (first.pk, first.escort) == (second.pk, second.escort)
    assert Escort.objects.count() == KeptAction.objects.count() == 1


def test_a_tablet_whose_clock_is_an_hour_off_tells_the_true_time(town: Town) -> None:
    for off in (timedelta(hours=1), timedelta(hours=-1)):
        assert came(town, 12, off=off).happened_at == ago(12)


def test_somebody_else_took_her_meanwhile_is_a_conflict_that_changes_nothing(town: Town) -> None:
    escort = waiting(town)
    escorts.take(escort=escort, assistant=town.team[1], actor=town.martha)
    row = send(town, KeptKind.TAKE, 1, escort=escort.public_id, assistant=town.team[0].pk)
    assert (row.outcome, row.code) == ("conflict", "move_refused")
    escort.refresh_from_db()
    assert (escort.assistant, escort.events.count()) == (town.team[1], 2)
    assert list(KeptAction.objects.open()) == [row]
    assert kept_actions.settle(row=row, actor=town.martha).settled_by == town.martha
    with pytest.raises(MoveRefused):
        kept_actions.settle(row=row, actor=town.alice)


def test_the_same_colleague_who_is_there_already_is_no_conflict(town: Town) -> None:
    escort = waiting(town)
    escorts.take(escort=escort, assistant=town.team[0], actor=town.alice)
    row = send(town, KeptKind.TAKE, 1, escort=escort.public_id, assistant=town.team[0].pk)
    assert row.outcome == "done"


@pytest.mark.parametrize(
    ("kind", "minutes_ago", "said"),
    [
        (KeptKind.ARRIVE, 1, {"nickname": "lady", "service": 0}),
        (KeptKind.ARRIVE, 1, {"nickname": "lady", "service": "none"}),
        (KeptKind.ARRIVE, 60 * 25, {"nickname": "lady", "service": 0}),
        (KeptKind.TAKE, 1, {"assistant": 0}),
        (KeptKind.FINISH, 1, {"words": "done"}),
        (KeptKind.LEAVE, 1, {"words": "gone"}),
        (KeptKind.TICK, 1, {"number": 1}),
    ],
)
def test_what_cannot_be_understood_is_shown_and_not_done(
    town: Town, kind: KeptKind, minutes_ago: float, said: dict[str, Any]
) -> None:
    row = send(town, kind, minutes_ago, escort=uuid4(), **said)
    assert (row.outcome, row.code) == ("conflict", "invalid_input")
    assert not Escort.objects.exists()


def test_finish_before_take_is_a_conflict(town: Town) -> None:
    escort = waiting(town)
    row = send(town, KeptKind.FINISH, 1, escort=escort.public_id, words="done")
    assert (row.outcome, row.code) == ("conflict", "move_refused")
    escort.refresh_from_db()
    assert escort.status == EscortStatus.WAITING


def test_leaving_and_the_rest_cannot_come_before_what_came_first(town: Town) -> None:
    escort = waiting(town)
    row = send(town, KeptKind.LEAVE, 30, escort=escort.public_id, words="did not want to wait")
    assert row.outcome == "done"
    escort.refresh_from_db()
    assert (escort.status, escort.finished_at) == (EscortStatus.LEFT, MORNING)
