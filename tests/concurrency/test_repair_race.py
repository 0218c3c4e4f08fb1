"""Somebody calls in sick while a customer books: the booking is repaired with all the others."""

import threading
from contextlib import suppress
from typing import Any

import pytest

from appointments import repair
from appointments.availability import prove_window
from appointments.models import HomeVisit
from appointments.repair import call_in_sick
from appointments.visits import is_whole
from branches.models import Commitment, Staff
from tests.appointments.test_booking import book
from tests.concurrency.conftest import race
from tests.make import TOMORROW, Town
from workflow.models import DueStep, Message

LAST_LOOK = 3  # before the lock, under it, and when the rows are locked too


@pytest.fixture
def sick(town: Town) -> Staff:
    """The only one who may handle, until a second team is there."""
    return next(person for person in town.team if person.can_handle)


def at_once(town: Town, sick: Staff, monkeypatch: pytest.MonkeyPatch) -> "dict[str, int]":
    """The booking has been proven, and not yet written, when the news comes; or it comes first."""
    proven = threading.Event()

    def prove(*args: Any, **kwargs: Any) -> object:
        proof = prove_window(*args, **kwargs)
        proven.set()
        with suppress(threading.BrokenBarrierError):
            news.wait(0.7)
        return proof

    news = threading.Barrier(2)
    look = repair._ahead
    looks: list[int] = []

    def ahead(*args: Any) -> object:
        found = look(*args)
        looks.append(len(found))
        if len(looks) == LAST_LOOK:
            with suppress(threading.BrokenBarrierError):
                news.wait(0.7)
        return found

    monkeypatch.setattr("appointments.booking.prove_window", prove)

    def act(n: int) -> None:
        if n == 0:
            book(town)
        else:
            proven.wait(10)
            monkeypatch.setattr(repair, "_ahead", ahead)
            call_in_sick(staff=sick, until=TOMORROW, actor=town.martha)

    return race(2, act)


def test_without_the_lock_one_of_both_is_thrown_out(
    town: Town, sick: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repair, "staff_locked", lambda _pks: [])
    assert at_once(town, sick, monkeypatch)["won"] < 2


def test_booking_that_comes_first_is_repaired_too(
    town: Town, sick: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert at_once(town, sick, monkeypatch) == {"won": 2}
    assert [row.kind for row in Commitment.objects.live().filter(staff=sick)] == ["leave"]
    visit = HomeVisit.objects.get()
    assert not is_whole(visit)
    assert Message.objects.filter(subject=visit.subject, kind="visit_at_risk").count() == 1
    assert DueStep.objects.get(kind="promise_at_risk").subject == visit.subject
