"""Visits that return."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from appointments.asking import Asker, ConsentMissing
from appointments.availability import WindowTaken, days_to_move
from appointments.booking import move_visit
from appointments.models import HomeVisit
from appointments.models.home_visit import AskedBy
from appointments.recurring import SeriesAnswer, book_series, occurrences
from branches.models import Branch, CalendarDay, Commitment
from eldercare.models import Customer, ServiceVersion
from foundation.errors import InvalidInput
from tests import make
from workflow.models import Message

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("standing_still"),
]


@pytest.fixture
def standing_still() -> Iterator[None]:
    with time_machine.travel(make.MORNING, tick=False):
        yield


class Scene:
    """A branch with one team, a service and a customer."""

    def __init__(self) -> None:
        self.branch: Branch = make.make_branch()
        make.make_staff(self.branch)
        self.customer: Customer = make.make_customer(self.branch)
        self.version: ServiceVersion = make.make_version()

    def book(self, times: int = 3, key: str = "series", asker: Asker | None = None) -> SeriesAnswer:
        return book_series(
            customer=self.customer,
            version=self.version,
            first=make.at(10),
            times=times,
            key=key,
            asker=asker or make.by_customer(),
        )


def days(answer: SeriesAnswer) -> list[date]:
    return [timezone.localdate(visit.window.lower) for visit in answer.visits]


def test_each_month_on_the_same_day_and_hour_told_in_one_message() -> None:
    answer = Scene().book()
    assert answer.unkept == ()
    # 26 December 2026 is a Saturday: the next open day is Monday the 28th.
    assert days(answer) == [date(2026, 11, 26), date(2026, 12, 28), date(2027, 1, 26)]
    assert {timezone.localtime(v.window.lower).hour for v in answer.visits} == {10}
    assert Commitment.objects.live().count() == 6
    message = Message.objects.get()
    assert message.kind == "series_booked"
    assert "28" in message.body


def test_the_same_form_twice_is_one_series() -> None:
    scene = Scene()
    assert scene.book().visits == scene.book().visits
    assert HomeVisit.objects.count() == 3
    assert Message.objects.count() == 1


def test_an_occurrence_that_cannot_be_kept_is_listed_and_the_rest_stands() -> None:
    scene = Scene()
    other = make.make_customer(scene.branch)
    scene.branch.staff.update(can_witness=True)
    book_series(
        customer=other,
        version=make.make_version(minutes=110),
        first=make.at(10),
        times=2,
        key="other",
        asker=make.by_customer(),
    )
    before = HomeVisit.objects.count()
    answer = scene.book(times=3)
    assert days(answer) == [date(2027, 1, 26)]
    assert [timezone.localdate(u.wanted) for u in answer.unkept] == [
        date(2026, 11, 26),
        date(2026, 12, 28),
    ]
    assert all(unkept.instead for unkept in answer.unkept)
    assert HomeVisit.objects.count() == before + 1


@pytest.mark.parametrize("times", [0, 1, 13])
def test_a_number_that_makes_no_series_is_refused(times: int) -> None:
    with pytest.raises(InvalidInput) as refusal:
        Scene().book(times=times)
    assert set(refusal.value.fields) == {"times"}
    assert not HomeVisit.objects.exists()


def test_family_without_consent_books_nothing() -> None:
    scene = Scene()
    daughter = make.make_daughter(scene.customer, consent=False)
    with pytest.raises(ConsentMissing):
        scene.book(asker=Asker(AskedBy.FAMILY, representative=daughter))
    assert not HomeVisit.objects.exists()


def test_a_short_month_ends_on_its_last_day_and_closed_days_give_way() -> None:
    branch = make.make_branch()
    CalendarDay.objects.create(day=date(2027, 1, 29), is_working=False, reason="stocktaking")
    first = make.at(10, day=date(2026, 12, 31))
    found = [timezone.localdate(start) for start in occurrences(branch, first, 4, 1)]
    # 31 January and 28 February are Sundays; the year 2027 is not announced yet: plain weekends.
    assert found == [date(2026, 12, 31), date(2027, 2, 1), date(2027, 3, 1), date(2027, 3, 31)]
    assert found[1] - date(2027, 1, 31) == timedelta(days=1)


def test_a_visit_of_a_later_month_moves_within_its_month() -> None:
    scene = Scene()
    _first, _second, third = scene.book().visits
    around = days_to_move(third)
    assert (around[0], around[-1]) == (date(2027, 1, 19), date(2027, 2, 1))

    def move(start: datetime) -> HomeVisit:
        return move_visit(
            visit=third, window_start=start, key=make.new_key(), asker=make.by_customer()
        )

    for elsewhere in (make.at(14), make.at(10, day=date(2027, 2, 2))):
        with pytest.raises(WindowTaken) as taken:
            move(elsewhere)
        assert {timezone.localdate(window.start) for window in taken.value.windows} <= set(around)
        assert len(taken.value.windows) == 3
    moved = move(make.at(14, day=date(2027, 1, 27)))
    assert (moved.replaces, moved.status) == (third, "approved")
