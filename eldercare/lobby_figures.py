"""What a lobby has done over some days: the evening report, written by what was logged anyway."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import fmean, median

from django.utils import timezone

from accounts.permissions import Actor, Permission
from branches.models import Branch
from branches.queries import local_moment
from eldercare.lobby import skills_of
from eldercare.models import Escort, Loan
from eldercare.models.escort import Face
from eldercare.states import EscortStatus
from eldercare.waits import quantile

# A wait beyond this is one of the report's own lines (the first reminder to a manager).
LONG_WAIT = 10


@dataclass(frozen=True)
class Waits:
    """Minutes from the door to somebody at one's side; of nobody, nothing is claimed."""

    people: int
    median: float | None
    p90: float | None

    @classmethod
    def of(cls, minutes: Sequence[float]) -> "Waits":
        if not minutes:
            return cls(0, None, None)
        return cls(len(minutes), median(minutes), quantile(minutes, 0.9))


@dataclass(frozen=True)
class Business:
    """One service: how many came for it, and how long it took with them, in minutes."""

    name: str
    people: int
    minutes: float | None


@dataclass(frozen=True)
class Colleague:
    """One assistant: whom they accompanied, and the hours at somebody's side."""

    name: str
    people: int
    hours: float


@dataclass(frozen=True)
class LobbyFigures:
    """A branch's lobby from ``first`` to ``last``, both included.

    ``came``: everybody who walked in. ``by_hour``: arrivals by ISO weekday and hour. ``unmet``:
    people who wanted a language or signs and were accompanied by somebody without them.
    """

    first: date
    last: date
    came: int
    done: int
    left: int
    did_not_come: int
    with_needs: int
    waits: Waits
    waits_with_needs: Waits
    waited_long: int
    unmet: int
    kits: int
    taught: int
    lent: int
    faces: Mapping[Face, int]
    business: Sequence[Business]
    colleagues: Sequence[Colleague]
    by_hour: Mapping[tuple[int, int], int]

    @property
    def hours(self) -> range:
        """The hours in which anybody came, from the first to the last."""
        seen = [hour for _day, hour in self.by_hour]
        return range(min(seen), max(seen) + 1) if seen else range(0)


def lobby_figures(user: Actor, branch: Branch, first: date, last: date) -> LobbyFigures:
    """The figures of some days, from the rows themselves: four queries, however many days."""
    midnight = datetime.min.time()
    rows = list(
        Escort.objects.for_user(user, Permission.VIEW_ESCORT)
        .filter(
            branch=branch,
            arrived_at__gte=local_moment(first, midnight),
            arrived_at__lt=local_moment(last + timedelta(days=1), midnight),
        )
        .exclude(status__in=[EscortStatus.BOOKED, EscortStatus.CANCELLED])
        .select_related("service_version", "assistant")
    )
    here = [row for row in rows if row.status != EscortStatus.NO_SHOW]
    status = Counter(row.status for row in rows)
    return LobbyFigures(
        first=first,
        last=last,
        came=len(here),
        done=status[EscortStatus.DONE],
        left=status[EscortStatus.LEFT],
        did_not_come=status[EscortStatus.NO_SHOW],
        with_needs=sum(bool(row.needs or row.wanted_skills) for row in here),
        waits=Waits.of(_waits(here)),
        waits_with_needs=Waits.of(_waits(row for row in here if row.needs or row.wanted_skills)),
        waited_long=sum(minutes > LONG_WAIT for minutes in _waits(here)),
        unmet=_unmet(here),
        kits=sum(row.kit_given for row in here),
        taught=sum(row.device_taught for row in here),
        lent=Loan.objects.filter(escort__in=[row.pk for row in here]).count(),
        faces={face: sum(row.how_it_was == face for row in here) for face in Face},
        business=_business(here),
        colleagues=_colleagues(here),
        by_hour=_by_hour(here),
    )


def _waits(rows: Iterable[Escort]) -> list[float]:
    return [_minutes(row.arrived_at, row.taken_at) for row in rows if row.taken_at is not None]


def _minutes(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds() / 60.0)


def _unmet(rows: Sequence[Escort]) -> int:
    wished = [row for row in rows if row.wanted_skills and row.assistant is not None]
    skills = skills_of({row.assistant for row in wished if row.assistant is not None})
    return sum(not set(row.wanted_skills) <= skills[row.assistant_id or 0] for row in wished)


def _with_them(row: Escort) -> float | None:
    if row.taken_at is None or row.finished_at is None:
        return None
    return _minutes(row.taken_at, row.finished_at)


def _business(rows: Iterable[Escort]) -> list[Business]:
    found: dict[int, list[Escort]] = defaultdict(list)
    for row in rows:
        found[row.service_version.service_id].append(row)
    lines = []
    for group in found.values():
        took = [minutes for row in group if (minutes := _with_them(row)) is not None]
        lines.append(
            Business(group[-1].service_version.name, len(group), fmean(took) if took else None)
        )
    return sorted(lines, key=lambda line: -line.people)


def _colleagues(rows: Iterable[Escort]) -> list[Colleague]:
    people: Counter[str] = Counter()
    minutes: Counter[str] = Counter()
    for row in rows:
        if row.assistant is not None and row.taken_at is not None:
            people[row.assistant.name] += 1
            minutes[row.assistant.name] += round(_with_them(row) or 0)
    return [Colleague(name, number, minutes[name] / 60) for name, number in people.most_common()]


def _by_hour(rows: Iterable[Escort]) -> dict[tuple[int, int], int]:
    came: Counter[tuple[int, int]] = Counter()
    for row in rows:
        moment = timezone.localtime(row.arrived_at)
        came[moment.isoweekday(), moment.hour] += 1
    return dict(came)
