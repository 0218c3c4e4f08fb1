"""The page of one day: routes, timeline, promises against plans, what it costs, what changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Region, User
from appointments import day_plans
from appointments.day_board import (
    Board,
    PersonDay,
    board_of,
    lacks_somebody,
    last_word,
    people_of_region,
    runs_for,
)
from appointments.models import HomeVisit, PlanRun
from appointments.plan_marks import days_with_visits
from appointments.states import PLANNING, VisitStatus
from branches.models import Staff
from foundation import clock
from foundation.errors import DomainError
from web.desk.signed_in import StaffRequest, signed_in
from web.region.day_plan.access import day_or_404, plan_or_none, region_or_404, regions_of
from web.region.day_plan.drawing import drawn
from web.region.day_plan.words import SEARCHED, WHEN, WHO, WHY_NOT, gives, minutes_in_words
from web.region.frame import show

# Doors are private: on the map they stand within a hundred metres.
DECIMALS = 3
EARLIER_RUNS = 8
TONES = {"adopted": "ok", "failed": "bad", "stale": "wait", "running": "wait", "waiting": "wait"}


@dataclass(frozen=True)
class Reason:
    """Why this person, and why then."""

    name: str
    who: str
    when: str
    adds: str


@dataclass(frozen=True)
class VisitLine:
    """One visit with its number on the page."""

    number: int
    visit: HomeVisit
    why: tuple[Reason, ...] = ()

    @property
    def lacks(self) -> bool:
        return lacks_somebody(self.visit)

    @property
    def ends_at(self) -> Any:
        return self.visit.starts_at + timedelta(minutes=self.visit.minutes)

    @property
    def tone(self) -> str:
        if self.lacks:
            return "bad"
        tones = {"done": "ok", "not_done": "bad", "requested": "wait", "planned": "info"}
        return tones.get(self.visit.status, "")


@dataclass(frozen=True)
class Unserved:
    """A visit that nobody can make, why, and what would let it in."""

    line: VisitLine
    why: str
    ways: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """A visit that is not as it was before a search: who and when."""

    line: VisitLine | None
    before: str
    after: str
    minute_before: str
    minute: str

    @property
    def other_people(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class RouteStop:
    """One visit on somebody's way, and where it is, roughly."""

    number: int
    time: str
    at: str


@dataclass(frozen=True)
class RouteLine:
    """Somebody's way through the day, for the map and in words."""

    person: PersonDay
    points: str
    stops: tuple[RouteStop, ...]
    road: str


@dataclass(frozen=True)
class Searched:
    """One run, put into words."""

    run: PlanRun
    words: str
    tone: str
    costs: tuple[tuple[str, str, str], ...]
    changes: tuple[Change, ...]

    @property
    def saved(self) -> str:
        before, after = self.run.before.get("travel"), self.run.after.get("travel")
        if before is None or after is None or after >= before:
            return ""
        return minutes_in_words(before - after)


@require_safe
@signed_in
def next_day(request: StaffRequest) -> HttpResponse:
    """The day that was asked for, else the next one with visits after today."""
    region = region_or_404(request)
    day = request.GET.get("day", "")
    if not day:
        tomorrow = clock.today() + timedelta(days=1)
        day = next(iter(days_with_visits(region.pk, tomorrow)), tomorrow).isoformat()
    return HttpResponseRedirect(address(region, day_or_404(day), request.user))


@require_safe
@signed_in
def page(request: StaffRequest, day: str) -> HttpResponse:
    """One day."""
    return day_page(request, region_or_404(request), day_or_404(day))


def address(region: Region, day: date, user: User, name: str = "day_plan", *more: object) -> str:
    """Where a day stands; it names the region for whoever plans several."""
    path = reverse(f"region:{name}", args=[day.isoformat(), *more])
    return f"{path}?region={region.code}" if len(regions_of(user)) > 1 else path


def day_page(
    request: StaffRequest, region: Region, day: date, *, error: DomainError | None = None
) -> HttpResponse:
    """Everything about one day, read; nothing is searched here."""
    board = board_of(request.user, region, day)
    plan = plan_or_none(request.user, region, day)
    runs = list(runs_for(request.user).filter(plan=plan)[: EARLIER_RUNS * 2]) if plan else []
    told, live = last_word(runs), next((r for r in runs if r.status in PLANNING), None)
    lines = numbered(board, told)
    numbers = {line.visit.pk: line.number for line in lines}
    people = list(people_of_region(request.user, region))
    context = {
        "region": region,
        "regions": regions_of(request.user),
        "day": day,
        "board": board,
        "plan": plan,
        "frozen": day_plans.is_frozen(plan) if plan else day_plans.is_announced(day),
        "may_thaw": plan is not None and day_plans.may_thaw(plan),
        "announced": sum(line.visit.status == VisitStatus.PLANNED for line in lines),
        "to_announce": sum(line.visit.status == VisitStatus.APPROVED for line in lines),
        "past": day < clock.today(),
        "lines": lines,
        "drawing": drawn(board, numbers, clock.now()),
        "routes": routes(board, numbers),
        "road": minutes_in_words(board.road_minutes),
        "unserved": unserved(lines, told),
        "told": searched(told, lines, people) if told else None,
        "runs": [searched(run, lines, people) for run in runs[:EARLIER_RUNS]],
        "live": live,
        "people": people,
        "before": address(region, day - timedelta(days=1), request.user),
        "after": address(region, day + timedelta(days=1), request.user),
        "tab": "day_plan",
    }
    return show(request, "day_plan/day", context, error=error)


def numbered(board: Board, told: PlanRun | None) -> list[VisitLine]:
    """The visits with their numbers, and why, as far as the last search speaks of this team."""
    names = {m.staff_id: m.staff.name for visit in board.visits for m in visit.team.all()}
    return [
        VisitLine(number, visit, tuple(_reasons(visit, told, names)))
        for number, visit in enumerate(board.visits, start=1)
    ]


def _reasons(visit: HomeVisit, told: PlanRun | None, names: Mapping[int, str]) -> Iterable[Reason]:
    parts = told.why.get(str(visit.pk), []) if told else []
    team = {member.staff_id for member in visit.team.all()}
    if not parts or not {part["person"] for part in parts} <= team:
        return
    for part in parts:
        yield Reason(
            names[part["person"]],
            str(WHO.get(part["who"], "")),
            str(WHEN.get(part["when"], "")),
            minutes_in_words(part["adds"]),
        )


def unserved(lines: Sequence[VisitLine], told: PlanRun | None) -> list[Unserved]:
    """The visits that have lost somebody, with what the last search says of them."""
    numbers = {line.visit.pk: line.number for line in lines}
    found = []
    for line in lines:
        if line.lacks:
            said = told.ways.get(str(line.visit.pk)) if told else None
            found.append(_unserved(line, said or {}, numbers))
    return found


def _unserved(line: VisitLine, said: Mapping[str, Any], numbers: Mapping[int, int]) -> Unserved:
    # When one of the two still stands, the minute is fixed: another window would not help.
    alone = any(m.commitment.released_at is None for m in line.visit.team.all())
    useful = [
        way
        for way in said.get("ways", ())
        if not (alone and way["give"] in ("earlier", "later"))
        and (way["visit"] is None or way["visit"] in numbers)
    ]
    return Unserved(
        line,
        str(WHY_NOT.get(said.get("reason", ""), WHY_NOT["team_incomplete"])),
        tuple(gives(way, str(numbers.get(way["visit"], ""))) for way in useful),
    )


def routes(board: Board, numbers: Mapping[int, int]) -> list[RouteLine]:
    """Each person's places in order, rounded for the map, and their stops in words."""
    found = []
    for person in board.people:
        branch = person.staff.branch
        home = (branch.latitude, branch.longitude)
        places = [
            (piece.commitment.latitude, piece.commitment.longitude)
            for piece in person.pieces
            if piece.commitment.latitude is not None and piece.commitment.longitude is not None
        ]
        points = ";".join(_roughly(place) for place in [home, *places, home])
        stops = tuple(
            RouteStop(
                numbers[visit.pk],
                timezone.localtime(visit.starts_at).strftime("%H:%M"),
                _roughly((visit.latitude, visit.longitude)),
            )
            for visit in person.visits
        )
        found.append(RouteLine(person, points, stops, minutes_in_words(person.road_minutes)))
    return found


def _roughly(place: tuple[float, float]) -> str:
    return f"{place[0]:.{DECIMALS}f},{place[1]:.{DECIMALS}f}"


def searched(run: PlanRun, lines: Sequence[VisitLine], people: Iterable[Staff]) -> Searched:
    """A run in words."""
    names = {person.pk: person.name for person in people}
    by_pk = {line.visit.pk: line for line in lines}
    return Searched(
        run,
        str(SEARCHED[run.status]),
        TONES.get(run.status, ""),
        tuple(costs(run)),
        tuple(_change(line, by_pk, names) for line in run.changes),
    )


def costs(run: PlanRun) -> Iterable[tuple[str, str, str]]:
    """The parts of the cost, before and after, those that count."""
    if not run.before or not run.after:
        return
    yield (
        _("On the road"),
        minutes_in_words(run.before["travel"]),
        minutes_in_words(run.after["travel"]),
    )
    yield _("Visits made"), str(run.before["visits"]), str(run.after["visits"])
    yield _("Visits nobody can make"), str(run.before["unserved"]), str(run.after["unserved"])
    if run.before["tastes"] or run.after["tastes"]:
        yield (
            _("Familiar faces (−) and new names (+), as minutes on the road"),
            f"{run.before['tastes']:+.0f}",
            f"{run.after['tastes']:+.0f}",
        )


def _change(
    line: Mapping[str, Any], by_pk: Mapping[int, VisitLine], names: Mapping[int, str]
) -> Change:
    def people(pks: Iterable[int]) -> str:
        return " · ".join(names.get(pk, "–") for pk in pks) or "–"

    return Change(
        by_pk.get(line["visit"]),
        people(line["people_before"]),
        people(line["people"]),
        _clock(line["start_before"]),
        _clock(line["start"]),
    )


def _clock(minute: float | None) -> str:
    return "–" if minute is None else f"{int(minute) // 60:02d}:{int(minute) % 60:02d}"
