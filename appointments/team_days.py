"""The adapter between rows and the planner: a branch's team on one day as a ``planning`` day.

Times become minutes since local midnight; places become rows of a travel table, the branch first.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain

from django.utils import timezone

from appointments import travel
from branches.models import Commitment, Staff
from branches.queries import Duty, Span, live_commitments, local_moment
from foundation import clock
from foundation.geography import Place
from planning.day import Day, Person, Promise

HANDLER = 1
WITNESS = 2
ASSISTANT = 4
DAY = 24 * 60


@dataclass(frozen=True)
class TeamDay:
    """One day of some people, ready to be asked for one more visit at ``door``."""

    date: date
    day: Day
    door_place: Place
    staff: dict[int, Staff]

    def moment(self, minute: int) -> datetime:
        """A minute of this day as a moment."""
        return local_moment(self.date, time(0)) + timedelta(minutes=minute)

    def minute(self, moment: datetime) -> int:
        """A moment as whole minutes since this day's midnight."""
        return int((moment - local_moment(self.date, time(0))).total_seconds() // 60)


class TeamDays:
    """What these people have promised over a span of days, read once for all who will ask.

    A fixed number of queries however many people and days. ``without`` names commitments to think
    away: those of a visit that is about to be moved. Nobody is asked to set off before ``from_now``
    (the present moment unless told).
    """

    def __init__(
        self,
        staff: Sequence[Staff],
        days: Iterable[date],
        *,
        without: Iterable[int] = (),
        from_now: datetime | None = None,
    ) -> None:
        self.dates = list(days)
        first, last = min(self.dates), max(self.dates)
        self._duty = Duty(staff, first, last)
        self._now = from_now or clock.now()
        found = live_commitments(
            staff, local_moment(first, time(0)), local_moment(last + timedelta(days=1), time(0))
        )
        gone = set(without)
        # By person and day, once: each day is then built without a look at the others.
        self._promised: dict[tuple[int, date], list[Commitment]] = defaultdict(list)
        for row in chain.from_iterable(found.values()):
            if row.pk not in gone and not _expired(row, clock.now()):
                for day in _days_of(row):
                    self._promised[row.staff_id, day].append(row)

    def of(self, staff: Sequence[Staff], door: Place) -> list[TeamDay]:
        """The days of some of them, ready to be asked for one more visit at ``door``."""
        return [self._team_day(staff, door, day) for day in self.dates]

    def people(self, staff: Sequence[Staff], day: date, places: "Places") -> list[Person]:
        """Those of them who still work on ``day``, each with their promises; places are noted."""
        found = []
        for person in staff:
            span = self._duty.span(person, day)
            # Nobody sets off in the past: what is gone of today is no time that could be promised.
            if span is None or self._now >= span[1]:
                continue
            working = (max(span[0], self._now), span[1])
            promised = self._promised.get((person.pk, day), ())
            found.append(_person(person, day, working, promised, places))
        return found

    def _team_day(self, staff: Sequence[Staff], door: Place, day: date) -> TeamDay:
        places = Places([door])
        people = self.people(staff, day, places)
        table = travel.table(places.known)
        return TeamDay(day, Day(people, table), door, {person.pk: person for person in staff})


def team_days(
    staff: Sequence[Staff],
    door: Place,
    days: Iterable[date],
    *,
    without: Iterable[int] = (),
) -> list[TeamDay]:
    """These people's days, read for one question."""
    dates = list(days)
    return TeamDays(staff, dates, without=without).of(staff, door) if dates else []


def _expired(row: Commitment, now: datetime) -> bool:
    return row.hold_expires_at is not None and row.hold_expires_at <= now


def _days_of(row: Commitment) -> Iterator[date]:
    """The local days that a promise touches: one, but for leave."""
    day = timezone.localdate(row.span.lower)
    last = timezone.localdate(row.span.upper - timedelta.resolution)
    while day <= last:
        yield day
        day += timedelta(days=1)


class Places:
    """Places in the order in which they are met: rows of the travel table."""

    def __init__(self, known: Iterable[Place] = ()) -> None:
        self.known: list[Place] = []
        self._rows: dict[Place, int] = {}
        for place in known:
            self.row(place)

    def row(self, place: Place) -> int:
        """The place's row; a new one when it was not met before."""
        if place not in self._rows:
            self._rows[place] = len(self.known)
            self.known.append(place)
        return self._rows[place]


def _person(
    person: Staff, day: date, working: Span, promised: Sequence[Commitment], places: Places
) -> Person:
    """One person's day: from the branch, through what they have promised, back to the branch."""
    midnight = local_moment(day, time(0))
    home = places.row((person.branch.latitude, person.branch.longitude))
    promises = [_promise(row, midnight, places) for row in promised]
    return Person(
        id=person.pk,
        spans=((_ceil_minute(working[0], midnight), _minute(working[1], midnight)),),
        start_place=home,
        end_place=home,
        roles=HANDLER * person.can_handle + WITNESS * person.can_witness + ASSISTANT,
        promises=tuple(promises),
        load=sum(promise.ends - promise.leaves for promise in promises),
    )


def _promise(row: Commitment, midnight: datetime, places: Places) -> Promise:
    departs = max(0, _minute(row.span.lower, midnight))
    ends = min(DAY, _ceil_minute(row.span.upper, midnight))
    place = None
    arrives = departs
    if row.latitude is not None and row.longitude is not None:
        place = places.row((row.latitude, row.longitude))
    if row.arrives_at is not None:
        arrives = max(departs, _minute(row.arrives_at, midnight))
    return Promise(
        arrives=arrives, ends=max(ends, arrives + 1), place=place, departs=departs, key=row.pk
    )


def _minute(moment: datetime, midnight: datetime) -> int:
    return int((moment - midnight).total_seconds() // 60)


def _ceil_minute(moment: datetime, midnight: datetime) -> int:
    return -int(-(moment - midnight).total_seconds() // 60)
