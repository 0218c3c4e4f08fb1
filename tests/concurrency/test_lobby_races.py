"""The lobby's races: two managers assign at once, two hand over at once, the last wheelchair.

Each is run as it is and once more with its lock off, so that the lock is seen to be what holds.
"""

import threading
from collections.abc import Callable
from typing import TypeVar

import pytest
from django.db.models import Model

from branches.models import Facility, FacilityType, Staff
from eldercare import escort_record, escorts, locks
from eldercare.escort_record import lend
from eldercare.models import Escort, Loan
from tests.concurrency.conftest import race
from tests.make import Town, make_staff, new_key

M = TypeVar("M", bound=Model)


def arrive(town: Town) -> Escort:
    return escorts.log_arrival(
        client_key=new_key(),
        branch=town.branch,
        service_version=town.version,
        nickname="lady in red",
        actor=town.alice,
    )


def read_together(model: type[M], readers: int = 2) -> Callable[[int], M]:
    """A lock that is none: everybody reads the row before anybody writes it."""
    line = threading.Barrier(readers)

    def read(pk: int) -> M:
        row = model._default_manager.get(pk=pk)
        line.wait(timeout=10)
        return row

    return read


def take_at_once(town: Town) -> dict[str, int]:
    escort = arrive(town)
    return race(2, lambda n: escorts.take(escort=escort, assistant=town.team[n], actor=town.martha))


def test_two_managers_assign_one_customer_once(town: Town) -> None:
    assert take_at_once(town) == {"won": 1, "move_refused": 1}


def test_without_the_lock_both_believe_they_assigned(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escorts, "escort_locked", read_together(Escort))
    assert take_at_once(town) == {"won": 2}


def hand_over_at_once(town: Town) -> tuple[dict[str, int], Escort]:
    escort, first = arrive(town), town.team[0]
    others = [town.team[1], make_staff(town.gaoxin, 1)[0]]
    Staff.objects.filter(pk=others[1].pk).update(branch=town.branch)
    escorts.take(escort=escort, assistant=first, actor=town.martha)
    ends = race(
        2,
        lambda n: escorts.hand_over(
            escort=escort, to=others[n], reason="lunch", actor=town.martha, seen=first.pk
        ),
    )
    escort.refresh_from_db()
    return ends, escort


def test_two_hand_over_one_customer_once(town: Town) -> None:
    ends, escort = hand_over_at_once(town)
    assert ends == {"won": 1, "move_refused": 1}
    # Taken, put back, taken on: the refused one has left no line.
    assert escort.events.count() == 4
    assert escort.assistant not in (None, town.team[0])


def test_without_the_lock_both_believe_they_handed_over(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[Escort] = []
    real = locks.escort_locked

    def first_alone(pk: int) -> Escort:
        if not taken:
            taken.append(real(pk))
            return taken[0]
        return together(pk)

    together = read_together(Escort)
    monkeypatch.setattr(escorts, "escort_locked", first_alone)
    ends, _escort = hand_over_at_once(town)
    assert ends == {"won": 2}


def lend_at_once(town: Town) -> dict[str, int]:
    kind, _new = FacilityType.objects.update_or_create(
        code="wheelchair", defaults={"is_lent": True}
    )
    chair, _new = Facility.objects.update_or_create(
        branch=town.branch, type=kind, defaults={"quantity": 1, "state": "fit"}
    )
    waiting = [arrive(town), arrive(town)]
    return race(2, lambda n: lend(escort=waiting[n], facility=chair))


def test_the_last_wheelchair_is_lent_once(town: Town) -> None:
    assert lend_at_once(town) == {"won": 1, "stock_short": 1}
    assert Loan.objects.count() == 1


def test_without_the_lock_the_last_wheelchair_is_lent_twice(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escort_record, "facility_locked", read_together(Facility))
    assert lend_at_once(town) == {"won": 2}
    assert Loan.objects.count() == 2
