"""Which windows can be kept: an offered window is a proof (DESIGN §4.2).

A window is two hours of the clock, starting every hour within working time. It is offered when, at
this moment, a handler and a witness can both be at the door at one common minute inside it, coming
from and going on to what they have promised already.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from psycopg.types.range import TimestamptzRange

from appointments.models import HomeVisit
from appointments.reach import serving_branches
from appointments.team_days import HANDLER, WITNESS, TeamDay, TeamDays, team_days
from branches.models import Branch, Staff
from eldercare.eligibility import Verdict, facts_of, judge
from eldercare.models import Customer, ServiceVersion
from foundation import clock
from foundation.errors import DomainError, ErrorCode, InvalidInput
from foundation.geography import Place
from planning import insertion
from planning.offer import NotProven, Offer, Reason, Refusal

HOUR = 60
ROUND = 5
Span = tuple[datetime, datetime]
WINDOW_FORMAT = "%Y%m%dT%H%MZ"
FAR_OFF = timedelta(days=3660)


class CustomerUnplaced(DomainError):
    code = ErrorCode.CUSTOMER_UNPLACED
    http_status = 409
    default_message = _("We do not know your address yet. Please phone us, and we will help you.")


class NotEligible(DomainError):
    """We may not, or need not, come to this person for this business; says why and what instead."""

    code = ErrorCode.NOT_ELIGIBLE
    http_status = 409

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        super().__init__(
            " ".join(verdict.words),
            data={
                "rules": [rule.code for rule in verdict.rules],
                "offers": [offer.value for offer in verdict.offers],
            },
        )


@dataclass(frozen=True)
class Demand:
    """What is asked for: a place, so many minutes, the two roles.

    ``promised`` are the windows in which this customer expects somebody already.
    """

    door: Place
    minutes: int
    promised: tuple[Span, ...] = ()

    def is_free(self, start: datetime, end: datetime) -> bool:
        """Whether the customer expects nobody else in ``[start, end)``."""
        return all(end <= first or last <= start for first, last in self.promised)

    def request(self) -> insertion.Request:
        """The same in the planner's terms; the door is place 0 of every team day."""
        return insertion.Request(
            place=0,
            duration=self.minutes,
            roles=(HANDLER, WITNESS),
            setup=settings.NUANBAN_VISIT_SETUP_MINUTES,
            leave=settings.NUANBAN_VISIT_LEAVE_MINUTES,
        )


@dataclass(frozen=True)
class OpenWindow:
    """A window that can be kept, the branch whose people keep it, and the proof."""

    branch: Branch
    start: datetime
    end: datetime
    team_day: TeamDay
    offer: Offer

    @property
    def span(self) -> TimestamptzRange:
        return TimestamptzRange(self.start, self.end, "[)")

    @property
    def value(self) -> str:
        """How forms and links name the window: its start, in UTC. Never believed unproven."""
        return self.start.astimezone(UTC).strftime(WINDOW_FORMAT)


@dataclass(frozen=True)
class DayAnswer:
    """The open windows of one day, or why there are none."""

    date: date
    windows: tuple[OpenWindow, ...]
    reason: Reason | None


class WindowTaken(DomainError):
    """Somebody else was quicker, or the window was never open. ``windows`` are the next best."""

    code = ErrorCode.WINDOW_TAKEN
    http_status = 409
    default_message = _("This time has just been taken. These are the nearest free ones.")

    def __init__(self, windows: list[OpenWindow]) -> None:
        self.windows = windows
        super().__init__(data={"windows": [window.value for window in windows]})


def window_start(value: str) -> datetime:
    """The moment that a form's window value names.

    Raises:
        InvalidInput: it names none, or one that lies so far off that it cannot be reckoned with.
    """
    choose = InvalidInput(fields={"window": _("Please choose one of the times.")})
    try:
        start = datetime.strptime(value, WINDOW_FORMAT).replace(tzinfo=UTC)
    except ValueError as error:
        raise choose from error
    if abs(start - clock.now()) > FAR_OFF:
        raise choose
    return start


def demand_for(customer: Customer, version: ServiceVersion) -> Demand:
    """What a visit to this customer for this service takes.

    Raises:
        CustomerUnplaced: we do not know where they live.
        NotEligible: a rule says that we do not come to them for this.
    """
    if customer.latitude is None or customer.longitude is None:
        raise CustomerUnplaced
    verdict = judge(customer, version, facts_of(customer))
    if not verdict.may_be_visited:
        raise NotEligible(verdict)
    return Demand((customer.latitude, customer.longitude), version.minutes, _promised_to(customer))


def demand_of(visit: HomeVisit) -> Demand:
    """What this visit takes, at its own door, whatever window it is moved to."""
    promised = _promised_to(visit.customer, but=visit)
    return Demand((visit.latitude, visit.longitude), visit.minutes, promised)


def _promised_to(customer: Customer, but: HomeVisit | None = None) -> tuple[Span, ...]:
    rows = HomeVisit.objects.live().filter(customer=customer)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    windows = rows.order_by("pk").values_list("window", flat=True)
    return tuple((window.lower, window.upper) for window in windows)


def window_length() -> timedelta:
    """How long a promised window is."""
    return timedelta(minutes=settings.NUANBAN_WINDOW_MINUTES)


def days_ahead(days: int | None = None) -> list[date]:
    """Today and the days after it, as far as bookings are taken."""
    today = clock.today()
    count = settings.NUANBAN_BOOKING_DAYS if days is None else days
    return [today + timedelta(days=n) for n in range(count)]


def days_to_move(visit: HomeVisit) -> list[date]:
    """The days to which a visit may be moved: those ahead; the days around it when it lies beyond.

    Visits that return are promised months ahead, and stay in their month when they move.
    """
    ahead, day = days_ahead(), timezone.localdate(visit.window.lower)
    if day <= ahead[-1]:
        return ahead
    around = (day + timedelta(days=n - len(ahead) // 2) for n in range(len(ahead)))
    return [one for one in around if one >= ahead[0]]


def open_windows(
    branch: Branch,
    demand: Demand,
    days: Iterable[date] | None = None,
    *,
    without: Iterable[int] = (),
) -> list[DayAnswer]:
    """Every window on these days that can be kept, day by day, each proven.

    The people of the customer's own ``branch`` come first; a window that they cannot keep is
    offered when a neighbour's people can. An empty day carries the own branch's reason.
    """
    wanted = list(days) if days is not None else days_ahead()
    if not wanted:
        return []
    people = staff_by_branch(serving_branches(branch, demand.door))
    read = TeamDays([p for staff in people.values() for p in staff], wanted, without=without)
    teams = [(one, read.of(staff, demand.door)) for one, staff in people.items()]
    return [
        _answer([(one, its_days[n]) for one, its_days in teams], demand) for n in range(len(wanted))
    ]


def branch_windows(
    branch: Branch, demand: Demand, days: Sequence[date], *, without: Iterable[int] = ()
) -> list[DayAnswer]:
    """What this one branch's people can keep."""
    found = team_days(visit_staff(branch), demand.door, days, without=without)
    return [_answer([(branch, team_day)], demand) for team_day in found]


def next_windows(
    branch: Branch,
    demand: Demand,
    *,
    near: datetime | None = None,
    days: Iterable[date] | None = None,
    limit: int = 3,
) -> list[OpenWindow]:
    """The next open windows, or those nearest to ``near``; at most one that overlaps another."""
    every = [w for answer in open_windows(branch, demand, days) for w in answer.windows]
    if near is not None:
        every.sort(key=lambda window: (abs(window.start - near), window.start))
    chosen: list[OpenWindow] = []
    for window in every:
        if all(window.end <= other.start or other.end <= window.start for other in chosen):
            chosen.append(window)
        if len(chosen) == limit:
            break
    return sorted(chosen, key=lambda window: window.start)


def prove_window(
    branch: Branch,
    demand: Demand,
    start: datetime,
    *,
    without: Iterable[int] = (),
    far_ahead: bool = False,
) -> OpenWindow | None:
    """The proof that this branch's people can keep the window beginning at ``start`` now, or None.

    A start that no page would have offered (past, off the hour, outside working time, beyond the
    horizon) is not provable either; ``far_ahead`` lifts the horizon, for visits that return.
    """
    day = timezone.localdate(start)
    if day < clock.today() or (not far_ahead and day not in days_ahead()):
        return None
    [answer] = branch_windows(branch, demand, [day], without=without)
    found = next((window for window in answer.windows if window.start == start), None)
    return _on_the_round(found, demand) if found is not None else None


def _on_the_round(window: OpenWindow, demand: Demand) -> OpenWindow:
    """The same window, starting at a minute that people can say (9:15, not 9:13), if it can be."""
    offer, day = window.offer, window.team_day.day
    rounded = -(-offer.start // ROUND) * ROUND
    if rounded == offer.start or rounded > offer.window.latest:
        return window
    pair = [leg.person for leg in offer.legs]
    try:
        later = insertion.prove(day, demand.request(), rounded, pair)
    except NotProven:
        return window
    return replace(window, offer=replace(later, window=offer.window))


def visit_staff(branch: Branch) -> list[Staff]:
    """The people of a branch who may go on home visits."""
    return staff_by_branch([branch])[branch]


def staff_by_branch(branches: Sequence[Branch]) -> dict[Branch, list[Staff]]:
    """The people of some branches who may go on home visits, branches in the order given."""
    people: dict[Branch, list[Staff]] = {branch: [] for branch in branches}
    for person in Staff.objects.active().filter(branch__in=branches).order_by("pk"):
        person.branch = next(branch for branch in branches if branch.pk == person.branch_id)
        people[person.branch].append(person)
    return people


def _answer(teams: Sequence[tuple[Branch, TeamDay]], demand: Demand) -> DayAnswer:
    """One day: each window by the first branch whose people can keep it.

    The own branch comes first in ``teams``; when nobody can keep anything, the reason is its own.
    """
    best: dict[datetime, OpenWindow] = {}
    for branch, team_day in teams:
        asked = [
            window
            for window in _windows_of(team_day)
            if (start := team_day.moment(window.earliest)) not in best
            and demand.is_free(start, start + window_length())
        ]
        answers = insertion.windows(team_day.day, demand.request(), asked, explain=False)
        for answer in answers:
            if isinstance(answer, Offer):
                found = _open_window(branch, team_day, answer)
                best[found.start] = found
    own = teams[0][1]
    windows = tuple(best[start] for start in sorted(best))
    return DayAnswer(own.date, windows, None if windows else _why_none(own, demand))


def _open_window(branch: Branch, team_day: TeamDay, offer: Offer) -> OpenWindow:
    start = team_day.moment(offer.window.earliest)
    return OpenWindow(branch, start, start + window_length(), team_day, offer)


def _why_none(team_day: TeamDay, demand: Demand) -> Reason:
    asked = _windows_of(team_day)
    if not asked:
        return Reason.NO_ROSTER
    answers = insertion.windows(team_day.day, demand.request(), asked)
    refusals = [answer.reason for answer in answers if isinstance(answer, Refusal)]
    # Nothing refused, and yet no window: the customer expects somebody all day.
    return refusals[-1] if refusals else Reason.BUSY


def _windows_of(team_day: TeamDay) -> list[insertion.Window]:
    """Two-hour windows, on the hour, that lie within the team's working time and ahead of now.

    Today's earliest start leaves the team time to get ready (``NUANBAN_LEAD_MINUTES``).
    """
    spans: Sequence[tuple[int, int]] = [s for p in team_day.day.people for s in p.spans]
    if not spans:
        return []
    length = settings.NUANBAN_WINDOW_MINUTES
    lead = team_day.minute(clock.now()) + settings.NUANBAN_LEAD_MINUTES
    first = min(start for start, _end in spans)
    last = max(end for _start, end in spans)
    starts = range(-(-first // HOUR) * HOUR, last - length + 1, HOUR)
    return [insertion.Window(s, s + length - 1) for s in starts if s >= lead]
