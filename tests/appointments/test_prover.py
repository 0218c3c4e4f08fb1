"""The prover of the state machine is proved itself: it sees each fault that is planted."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from psycopg.types.range import TimestamptzRange

from appointments.models import HomeVisit, TeamMember
from branches.models import CalendarDay, Commitment, RosterException, Staff
from tests.appointments.prover import prove_everything
from tests.appointments.test_booking import book
from tests.make import TOMORROW, Town, at

EARLIER = timedelta(minutes=20)


def handler(visit: HomeVisit) -> TeamMember:
    return visit.team.select_related("commitment").get(role="handler")


def separate_them(visit: HomeVisit) -> None:
    row = handler(visit).commitment
    assert row.arrives_at is not None
    Commitment.objects.filter(pk=row.pk).update(arrives_at=row.arrives_at + EARLIER)


def shorten_the_journey(visit: HomeVisit) -> None:
    row = handler(visit).commitment
    later = TimestamptzRange(row.span.lower + timedelta(minutes=5), row.span.upper, "[)")
    Commitment.objects.filter(pk=row.pk).update(span=later)


def take_the_right_to_handle_away(visit: HomeVisit) -> None:
    Staff.objects.filter(pk=handler(visit).staff_id).update(can_handle=False)


def give_the_time_away(visit: HomeVisit) -> None:
    Commitment.objects.filter(pk=handler(visit).commitment_id).update(released_at=at(8))


def end_it_without_a_word(visit: HomeVisit) -> None:
    Commitment.objects.update(released_at=at(8))
    HomeVisit.objects.update(status="cancelled")


def keep_time_for_nothing(visit: HomeVisit) -> None:
    HomeVisit.objects.update(status="cancelled")


def send_somebody_home_early(visit: HomeVisit) -> None:
    RosterException.objects.create(
        staff=handler(visit).staff, day=TOMORROW, starts="14:00", ends="17:00", reason="x"
    )


def close_the_day(visit: HomeVisit) -> None:
    CalendarDay.objects.create(day=TOMORROW, is_working=False, reason="decree")


def stay_too_short(visit: HomeVisit) -> None:
    row = handler(visit).commitment
    shorter = TimestamptzRange(row.span.lower, row.span.upper - EARLIER, "[)")
    Commitment.objects.filter(pk=row.pk).update(span=shorter)


@pytest.mark.parametrize(
    "plant",
    [
        separate_them,
        shorten_the_journey,
        take_the_right_to_handle_away,
        give_the_time_away,
        end_it_without_a_word,
        keep_time_for_nothing,
        send_somebody_home_early,
        close_the_day,
        stay_too_short,
    ],
)
def test_each_planted_fault_is_seen(town: Town, plant: Callable[[HomeVisit], None]) -> None:
    visit = book(town)
    prove_everything(town.team)
    plant(visit)
    with pytest.raises(AssertionError):
        prove_everything(town.team)
