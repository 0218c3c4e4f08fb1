"""Every promise proved again from the rows alone.

Nothing of ``availability``, ``planning`` or ``Duty`` is asked: rosters, roads and windows are
reckoned here a second time, in the plainest way, so that a fault there is seen here.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import asin, ceil, cos, radians, sin, sqrt

from django.conf import settings

from appointments.models import HomeVisit
from branches.models import CalendarDay, Commitment, RosterException, RosterShift, Staff
from eldercare.models import Escort
from foundation import clock
from foundation.geography import Place
from tests.make import SHANGHAI
from workflow.models import DueStep, Message

LIVE = {"requested", "approved", "planned", "on_the_way", "at_the_door", "serving"}
WINDOW = timedelta(hours=2)
Span = tuple[datetime, datetime]


def prove_everything(people: Iterable[Staff]) -> None:
    """Raises: AssertionError: a promise stands that cannot be kept, or fell without a word."""
    live = list(Commitment.objects.filter(released_at=None).order_by("span"))
    visits = list(HomeVisit.objects.select_related("customer").order_by("pk"))
    bound: set[int] = set()
    for visit in visits:
        bound |= _prove_visit(visit)
    bound |= _prove_escorts()
    _prove_nobody_is_expected_twice(visits)
    for row in live:
        assert row.kind in ("leave", "hold", "talk") or row.pk in bound, f"{row} keeps nothing"
    by_person = defaultdict(list)
    for row in live:
        by_person[row.staff_id].append(row)
    for person in people:
        _prove_person(person, by_person[person.pk])


def is_on_duty(row: Commitment) -> bool:
    """Whether this promise's person works then, all the while; what is past was kept or not."""
    return row.span.upper <= clock.now() or _within(row, _on_duty(row.staff, _day(row.span.lower)))


def _prove_visit(visit: HomeVisit) -> set[int]:
    """Two people with the two roles at one door at one moment; or nobody, and a word about it."""
    team = list(visit.team.select_related("commitment__staff", "staff"))
    if visit.status not in LIVE:
        assert all(m.commitment.released_at is not None for m in team), "time kept for nothing"
        _prove_spoken_of(visit)
        return set()
    assert [m.role for m in team] == ["handler", "witness"]
    assert team[0].staff_id != team[1].staff_id
    assert team[0].staff.can_handle
    assert team[1].staff.can_witness
    assert visit.window.upper - visit.window.lower == WINDOW
    assert visit.window.lower <= visit.starts_at < visit.window.upper
    ends = visit.starts_at + timedelta(minutes=visit.minutes + settings.NUANBAN_VISIT_LEAVE_MINUTES)
    for member in team:
        row = member.commitment
        assert (row.kind, row.staff_id, row.released_at) == ("visit", member.staff_id, None)
        assert row.arrives_at == visit.starts_at, "they are not at the door together"
        assert row.span.upper == ends, "they do not stay to the end together"
        assert (row.latitude, row.longitude) == (visit.latitude, visit.longitude)
    assert Message.objects.filter(subject=visit.subject).exists(), "nobody was told"
    if not all(is_on_duty(member.commitment) for member in team):
        _prove_asked_about(visit.subject)
    return {member.commitment_id for member in team}


def _prove_spoken_of(visit: HomeVisit) -> None:
    """A promise that does not stand any more was spoken about, or another took its place."""
    kinds = set(Message.objects.filter(subject=visit.subject).values_list("kind", flat=True))
    match visit.status:
        case "cancelled":
            assert "visit_cancelled" in kinds
        case "declined":
            assert "visit_declined" in kinds
        case "moved":
            later = HomeVisit.objects.get(replaces=visit)
            assert Message.objects.filter(subject=later.subject).exists()
        case _:
            raise AssertionError(f"{visit} ended as {visit.status} all by itself")


def _prove_asked_about(subject: str) -> None:
    assert Message.objects.filter(subject=subject, kind="day_closed").exists(), "not told"
    assert DueStep.objects.filter(subject=subject, kind="day_closed", status="open").exists()


def _prove_escorts() -> set[int]:
    bound = set()
    for escort in Escort.objects.select_related("commitment__staff", "service_version"):
        row = escort.commitment
        assert row is not None
        if escort.status != "booked":
            assert row.released_at is not None
            continue
        assert (row.staff_id, row.released_at) == (escort.assistant_id, None)
        assert row.arrives_at == escort.booked_for
        length = timedelta(minutes=escort.service_version.minutes)
        assert row.span.upper - row.arrives_at == length
        if not is_on_duty(row):
            _prove_asked_about(escort.subject)
        bound.add(row.pk)
    return bound


def _prove_nobody_is_expected_twice(visits: Iterable[HomeVisit]) -> None:
    at = sorted((v.customer_id, v.window.lower, v.window.upper) for v in visits if v.status in LIVE)
    for before, after in pairwise(at):
        assert before[0] != after[0] or before[2] <= after[1], "one customer, two visits at once"


def _prove_person(person: Staff, rows: list[Commitment]) -> None:
    """In one place at a time, on duty, with every journey long enough, and back in the evening."""
    for before, after in pairwise(rows):
        assert before.span.upper <= after.span.lower, f"{person} is in two places"
    by_day: dict[date, list[Commitment]] = defaultdict(list)
    for row in rows:
        if row.kind != "leave":
            by_day[_day(row.span.lower)].append(row)
    for day, promised in by_day.items():
        duty = _on_duty(person, day)
        here = home = (person.branch.latitude, person.branch.longitude)
        for row in promised:
            there = _place(row)
            if there is None:
                continue
            if row.arrives_at is not None:
                journey = row.arrives_at - row.span.lower
                assert journey >= road(here, there), f"{person} cannot be there in time: {row}"
            # An open form gives way to a change of duty; a promise does not.
            on_duty = duty is None or row.kind == "hold" or is_on_duty(row)
            assert on_duty, f"{person} is not on duty: {row}"
            here = there
        last = promised[-1]
        if duty is not None and last.kind != "hold" and last.span.upper > clock.now():
            assert last.span.upper + road(here, home) <= duty[1], "not home in time"


def road(here: Place, there: Place) -> timedelta:
    """The journey as the settings describe it: great circle, detour, speed, parking."""
    figures = settings.NUANBAN_TRAVEL
    (a, b), (c, d) = ((radians(x) for x in place) for place in (here, there))
    half = sin((c - a) / 2) ** 2 + cos(a) * cos(c) * sin((d - b) / 2) ** 2
    km = 2 * 6371.0088 * asin(sqrt(half))
    if km < 0.01:
        return timedelta()
    minutes = km * figures["detour"] / figures["kmh"] * 60 + figures["parking_minutes"]
    return timedelta(minutes=ceil(minutes - 1e-6))


def _on_duty(person: Staff, day: date) -> Span | None:
    """The exception of the day, else the week's pattern on a day that nobody has closed."""
    exception = RosterException.objects.filter(staff=person, day=day).first()
    if exception is not None:
        return _span(day, exception)
    lines = {row.branch_id: row for row in CalendarDay.objects.filter(day=day)}
    line = lines.get(person.branch_id) or lines.get(None)
    if day.isoweekday() > 5 or (line is not None and not line.is_working):
        return None
    shift = RosterShift.objects.filter(staff=person, weekday=day.isoweekday()).first()
    return _span(day, shift) if shift is not None else None


def _span(day: date, hours: RosterException | RosterShift) -> Span | None:
    if hours.starts is None or hours.ends is None:
        return None
    return (
        datetime.combine(day, hours.starts, tzinfo=SHANGHAI),
        datetime.combine(day, hours.ends, tzinfo=SHANGHAI),
    )


def _within(row: Commitment, duty: Span | None) -> bool:
    return duty is not None and duty[0] <= row.span.lower and row.span.upper <= duty[1]


def _place(row: Commitment) -> Place | None:
    if row.latitude is None or row.longitude is None:
        return None
    return row.latitude, row.longitude


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()
