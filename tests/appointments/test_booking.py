"""Booking, moving and cancelling: all of it, or none of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.utils import translation

from appointments.asking import Asker, ConsentMissing
from appointments.availability import (
    CustomerUnplaced,
    WindowTaken,
    demand_for,
    next_windows,
    window_start,
)
from appointments.booking import (
    AlreadyBooked,
    ServiceNotAtHome,
    book_visit,
    cancel_visit,
    move_visit,
)
from appointments.models import HomeVisit, VisitEvent
from appointments.models.home_visit import AskedBy
from branches.models import Commitment
from eldercare.models import Consent, ServiceVersion
from foundation.errors import InvalidInput, MoveRefused
from tests import make
from tests.make import Town, at, by_customer, new_key
from workflow.models import DueStep, Message


def book(town: Town, start: datetime | None = None, **overrides: Any) -> HomeVisit:
    fields: dict[str, Any] = {
        "customer": town.grandmother,
        "version": town.version,
        "window_start": start or at(10),
        "key": new_key(),
        "asker": by_customer(),
    } | overrides
    return book_visit(**fields)


def move(visit: HomeVisit, start: datetime, **overrides: Any) -> HomeVisit:
    fields: dict[str, Any] = {"key": new_key(), "asker": by_customer()} | overrides
    return move_visit(visit=visit, window_start=start, **fields)


def counts() -> tuple[int, ...]:
    """How many rows of each kind a booking writes."""
    live = Commitment.objects.live()
    return (
        HomeVisit.objects.count(),
        live.count(),
        VisitEvent.objects.count(),
        Message.objects.count(),
        DueStep.objects.count(),
    )


def live_pks(visit: HomeVisit) -> set[int]:
    return {m.commitment_id for m in visit.team.all() if m.commitment.released_at is None}


def test_booking_writes_all_that_it_consists_of(town: Town) -> None:
    visit = book(town)
    assert (visit.status, visit.branch, visit.asked_by) == ("approved", town.branch, "customer")
    assert (visit.window.lower, visit.window.upper) == (at(10), at(12))
    assert {m.staff for m in visit.team.all()} == set(town.team)
    assert counts()[:4] == (1, 2, 1, 1)
    event = visit.events.get()
    assert (event.from_status, event.to_status, event.actor_kind, event.actor) == (
        "",
        "approved",
        "customer",
        None,
    )
    assert event.snapshot["team"] == {m.role: m.staff.badge for m in visit.team.all()}
    assert DueStep.objects.get(kind="announce_team").due_at == at(18, day=make.TODAY)
    assert len({visit.staff_code, visit.customer_code}) == 2


def test_risky_business_waits_for_the_manager_with_the_time_kept(town: Town) -> None:
    visit = book(town, version=make.make_version(risk="high"))
    assert visit.status == "requested"
    assert len(live_pks(visit)) == 2


def test_same_key_is_the_same_visit(town: Town) -> None:
    first = book(town, key="form-7")
    before = counts()
    assert book(town, key="form-7") == first
    assert book(town, at(14), key="form-7") == first
    assert counts() == before


def test_key_of_somebody_else_gives_nothing_away(town: Town) -> None:
    book(town, key="form-7")
    before = counts()
    with pytest.raises(InvalidInput):
        book(town, at(14), key="form-7", customer=make.make_customer(town.branch))
    assert counts() == before


def test_taken_window_carries_the_nearest_that_can_be_kept(town: Town) -> None:
    long = make.make_version(minutes=110)
    book(town, at(9), customer=make.make_customer(town.branch), version=long)
    before = counts()
    with pytest.raises(WindowTaken) as refusal:
        book(town, at(9))
    assert counts() == before
    offered = refusal.value.data["windows"]
    assert len(offered) == 3
    assert book(town, window_start(offered[0])).window.lower == window_start(offered[0])


@pytest.mark.parametrize(
    "start",
    [
        at(9, day=make.TODAY),
        at(10, day=make.TODAY),
        at(10, 30),
        at(8),
        at(16),
        at(10, day=make.TODAY - timedelta(days=1)),
        at(10, day=make.TODAY + timedelta(days=3)),
        at(10, day=make.TODAY + timedelta(days=14)),
    ],
    ids=["begun", "too soon", "off the hour", "early", "late", "past", "Saturday", "far"],
)
def test_window_that_no_page_offers_is_refused(town: Town, start: datetime) -> None:
    with pytest.raises(WindowTaken):
        book(town, start)
    assert counts() == (0, 0, 0, 0, 0)


@pytest.mark.parametrize("change", [{"at_home": False}, {"status": "retired"}])
def test_service_that_is_not_for_homes_is_refused(town: Town, change: dict[str, Any]) -> None:
    # The form was opened before: what it holds still looks as if it were offered.
    ServiceVersion.objects.filter(pk=town.version.pk).update(**change)
    with pytest.raises(ServiceNotAtHome):
        book(town)
    assert counts() == (0, 0, 0, 0, 0)


def test_customer_without_a_place_is_refused(town: Town) -> None:
    with pytest.raises(CustomerUnplaced):
        book(town, customer=make.make_customer(town.branch, latitude=None, longitude=None))
    assert counts() == (0, 0, 0, 0, 0)


def test_two_visits_at_once_are_one_too_many(town: Town) -> None:
    make.make_staff(make.make_branch(town.region), 4)
    book(town)
    before = counts()
    with pytest.raises((AlreadyBooked, WindowTaken)):
        book(town, at(11))
    assert counts() == before


def by_daughter(town: Town, **overrides: Any) -> Asker:
    daughter = make.make_daughter(town.grandmother, **overrides)
    return Asker(AskedBy.FAMILY, representative=daughter)


def test_daughter_books_and_gets_the_message(town: Town) -> None:
    asker = by_daughter(town)
    visit = book(town, asker=asker)
    assert (visit.asked_by, visit.representative) == ("family", asker.representative)
    assert asker.representative is not None
    message = Message.objects.get()
    assert message.to == asker.representative.phone
    assert town.grandmother.called in message.body


def test_who_booked_goes_on_hearing_of_it_when_staff_move_it(town: Town) -> None:
    asker = by_daughter(town)
    moved = move(book(town, asker=asker), at(13), asker=Asker(AskedBy.STAFF, user=make.make_user()))
    assert (moved.asked_by, moved.representative) == ("staff", asker.representative)
    assert asker.representative is not None
    told = Message.objects.get(subject=moved.subject, kind="visit_booked")
    assert told.to == asker.representative.phone


@pytest.mark.parametrize("verb", ["book", "move", "cancel"])
def test_family_without_consent_may_do_nothing(town: Town, verb: str) -> None:
    asker = by_daughter(town)
    visit = book(town, at(14))
    Consent.objects.update(withdrawn_at=make.MORNING)
    before = counts()
    acts: dict[str, Callable[[], HomeVisit]] = {
        "book": lambda: book(town, asker=asker),
        "move": lambda: move(visit, at(10), asker=asker),
        "cancel": lambda: cancel_visit(visit=visit, reason="", asker=asker),
    }
    with pytest.raises(ConsentMissing):
        acts[verb]()
    assert counts() == before
    assert HomeVisit.objects.get().status == "approved"


def test_daughter_of_somebody_else_may_do_nothing(town: Town) -> None:
    stranger = Asker(
        AskedBy.FAMILY,
        representative=make.make_daughter(make.make_customer(town.branch)),
    )
    with pytest.raises(ConsentMissing):
        book(town, asker=stranger)
    assert counts() == (0, 0, 0, 0, 0)


def test_move_takes_the_place_of_the_old_and_points_back(town: Town) -> None:
    old = book(town)
    new = move(old, at(14))
    old.refresh_from_db()
    assert (old.status, new.replaces, new.window.lower) == ("moved", old, at(14))
    assert (len(live_pks(old)), len(live_pks(new))) == (0, 2)
    assert [(e.from_status, e.to_status) for e in old.events.all()] == [
        ("", "approved"),
        ("approved", "moved"),
    ]
    assert Message.objects.filter(subject=new.subject).count() == 1


def test_move_to_an_overlapping_window_uses_the_time_it_frees(town: Town) -> None:
    new = move(book(town), at(11))
    assert len(live_pks(new)) == 2
    assert Commitment.objects.live().count() == 2


def test_move_that_cannot_be_kept_leaves_everything(town: Town) -> None:
    visit = book(town)
    before = counts()
    with pytest.raises(WindowTaken):
        move(visit, at(3))
    visit.refresh_from_db()
    assert (visit.status, counts(), len(live_pks(visit))) == ("approved", before, 2)


def test_move_sent_twice_is_one_move(town: Town) -> None:
    visit = book(town)
    new = move(visit, at(14), key="move-7")
    before = counts()
    assert move(visit, at(14), key="move-7") == new
    assert counts() == before


def test_move_of_an_ended_visit_is_refused(town: Town) -> None:
    visit = book(town)
    cancel_visit(visit=visit, reason="", asker=by_customer())
    before = counts()
    with pytest.raises(MoveRefused):
        move(visit, at(14))
    assert counts() == before


def test_cancel_frees_the_team_and_says_so_once(town: Town) -> None:
    visit = book(town)
    row = cancel_visit(visit=visit, reason=" ill ", asker=by_customer())
    assert (row.status, row.words, live_pks(row)) == ("cancelled", "ill", set())
    messages = Message.objects.count()
    with pytest.raises(MoveRefused):
        cancel_visit(visit=visit, reason="again", asker=by_customer())
    assert (Message.objects.count(), VisitEvent.objects.count()) == (messages, 2)
    assert HomeVisit.objects.get().words == "ill"
    book(town)


@pytest.mark.parametrize("status", ["on_the_way", "at_the_door", "serving", "done", "not_done"])
def test_cancel_is_refused_once_the_team_has_set_off(town: Town, status: str) -> None:
    visit = book(town)
    HomeVisit.objects.filter(pk=visit.pk).update(status=status, reason="nobody_home")
    before = counts()
    with pytest.raises(MoveRefused):
        cancel_visit(visit=visit, reason="", asker=by_customer())
    assert (HomeVisit.objects.get().status, counts()) == (status, before)


def test_messages_are_written_in_chinese_whoever_clicks(town: Town) -> None:
    with translation.override("en"):
        book(town)
    body = Message.objects.get().body
    assert town.version.name_zh in body
    assert "星期四" in body
    assert town.version.name_en not in body


def test_next_windows_do_not_overlap_and_are_in_order(town: Town) -> None:
    demand = demand_for(town.grandmother, town.version)
    found = next_windows(town.branch, demand, near=at(13))
    assert [w.start for w in found] == sorted(w.start for w in found)
    assert at(13) in [w.start for w in found]
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize("value", ["", "tomorrow", "20261126T0200", "20261326T0200Z"])
def test_window_value_that_names_no_moment_is_an_input_error(value: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        window_start(value)
    assert set(refusal.value.fields) == {"window"}


def test_codes_are_sealed_in_the_table(town: Town, clock: time_machine.Traveller) -> None:
    from django.db import connection

    visit = book(town)
    with connection.cursor() as cursor:
        cursor.execute("SELECT staff_code, customer_code FROM appointments_homevisit")
        [row] = cursor.fetchall()
    assert visit.staff_code not in row
    assert visit.customer_code not in row


def test_planned_start_is_one_that_people_can_say(town: Town) -> None:
    """The branch is some minutes from the door, and the visit starts on a round minute."""
    visit = book(town)
    assert visit.starts_at.minute % 5 == 0
    assert visit.window.lower <= visit.starts_at < visit.window.upper
    for member in visit.team.select_related("commitment"):
        arrives = member.commitment.arrives_at
        assert arrives is not None
        assert arrives <= visit.starts_at
