"""A hundred people want a team's last window: one gets it.

The first test takes the lock and the constraint away and must find more than one booking: it proves
that the second one can fail.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest

from appointments import holds
from appointments.availability import demand_for, prove_window
from appointments.booking import book_visit
from appointments.models import HomeVisit
from branches.models import Commitment, CommitmentKind, Staff
from eldercare.models import Customer
from foundation.locks import locking
from tests.concurrency.conftest import execute, race
from tests.make import Town, at, by_customer, make_customer

THREADS = 100
WINDOW = at(10)


@pytest.fixture
def customers(town: Town) -> list[Customer]:
    """A hundred neighbours; the team has time for one visit tomorrow, between ten and noon."""
    from branches import commitments

    with locking():
        for person in town.team:
            for start, end in ((at(9), at(10)), (at(11, 15), at(17))):
                commitments.promise(staff=person, kind=CommitmentKind.LEAVE, start=start, end=end)
    return [make_customer(town.branch) for _ in range(THREADS)]


def book_all(town: Town, customers: list[Customer], start: datetime) -> "dict[str, int]":
    def book(n: int) -> object:
        return book_visit(
            customer=customers[n],
            version=town.version,
            window_start=start,
            key=f"racer-{n}",
            asker=by_customer(),
        )

    return race(len(customers), book)


def overlaps(team: list[Staff]) -> int:
    """Pairs of live promises of one person that overlap."""
    rows = Commitment.objects.live().filter(staff__in=team, kind=CommitmentKind.VISIT)
    return sum(
        Commitment.objects.live()
        .filter(staff=row.staff, kind=CommitmentKind.VISIT, span__overlap=row.span, pk__gt=row.pk)
        .count()
        for row in rows
    )


@contextmanager
def nothing_guards(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No lock on people, and no constraint on their time; both are back afterwards."""
    constraint = next(c for c in Commitment._meta.constraints if c.name == "commitment_no_overlap")
    execute("ALTER TABLE branches_commitment DROP CONSTRAINT commitment_no_overlap")
    monkeypatch.setattr(holds, "staff_locked", lambda _pks: [])
    try:
        yield
    finally:
        monkeypatch.undo()
        execute("TRUNCATE branches_commitment CASCADE")
        from django.db import connection

        with connection.schema_editor() as editor:
            editor.add_constraint(Commitment, constraint)


def test_without_lock_and_constraint_the_window_is_sold_more_than_once(
    town: Town, customers: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    with nothing_guards(monkeypatch):
        book_all(town, customers, WINDOW)
        assert HomeVisit.objects.count() > 1
        assert overlaps(town.team) > 0


def test_a_hundred_threads_leave_exactly_one_booking(town: Town, customers: list[Customer]) -> None:
    ends = book_all(town, customers, WINDOW)

    assert ends["won"] == HomeVisit.objects.count() == 1
    assert set(ends) <= {"won", "window_taken", "busy"}
    assert sum(ends.values()) == THREADS
    assert overlaps(town.team) == 0
    visit = HomeVisit.objects.get()
    assert {m.staff for m in visit.team.all()} == set(town.team)
    assert Commitment.objects.live().filter(kind=CommitmentKind.VISIT).count() == 2
    demand = demand_for(customers[0], town.version)
    assert prove_window(town.branch, demand, WINDOW) is None


def test_constraint_alone_holds_when_a_lock_is_forgotten(
    town: Town, customers: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holds, "staff_locked", lambda _pks: [])
    ends = book_all(town, customers[:20], WINDOW)
    assert ends["won"] == HomeVisit.objects.count() == 1
    assert overlaps(town.team) == 0
    assert "IntegrityError" not in ends


def test_same_form_sent_ten_times_at_once_is_one_booking(
    town: Town, customers: list[Customer]
) -> None:
    pks: set[int] = set()

    def book(_n: int) -> None:
        visit = book_visit(
            customer=customers[0],
            version=town.version,
            window_start=WINDOW,
            key="one form",
            asker=by_customer(),
        )
        pks.add(visit.pk)

    assert race(10, book) == {"won": 10}
    assert pks == {HomeVisit.objects.get().pk}


def test_overlapping_windows_of_one_team_are_never_both_promised_the_same_time(
    town: Town,
) -> None:
    two = [make_customer(town.branch) for _ in range(8)]

    def book(n: int) -> object:
        return book_visit(
            customer=two[n],
            version=town.version,
            window_start=at(10 + n % 2),
            key=f"racer-{n}",
            asker=by_customer(),
        )

    ends = race(len(two), book)
    assert set(ends) <= {"won", "window_taken", "busy"}
    assert ends["won"] == HomeVisit.objects.count() >= 2
    assert overlaps(town.team) == 0
