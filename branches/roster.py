"""Rosters: the week's pattern, days that differ, and two colleagues who swap.

No change goes through that leaves a promise outside its person's duty: it is listed, and first
re-staffed or moved. Pages ask CHANGE_ROSTER.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from branches.calendar import branch_day
from branches.locks import staff_locked
from branches.models import (
    Commitment,
    OpeningHours,
    RosterException,
    RosterShift,
    RosterSwap,
    Staff,
)
from branches.people import still_promised
from branches.queries import Duty
from foundation import clock
from foundation.errors import DomainError, ErrorCode, InvalidInput, Words
from foundation.locks import locking

Hours = tuple[time, time]
HORIZON = timedelta(days=400)


class BreaksPromises(DomainError):
    """Somebody counts on this person then. ``promises`` says who must be spoken with first."""

    code = ErrorCode.STAFF_BUSY
    http_status = 409
    default_message = _("Customers count on this. Give each promise to a colleague or move it.")

    def __init__(self, promises: Sequence[Commitment]) -> None:
        self.promises = list(promises)
        super().__init__(
            data={
                "promises": [
                    {"id": row.pk, "kind": row.kind, "from": row.span.lower.isoformat()}
                    for row in self.promises
                ]
            }
        )


def set_week(*, staff: Staff, pattern: Mapping[int, Hours]) -> list[RosterShift]:
    """When this person works on ordinary weekdays (1 is Monday), from now on.

    Raises:
        InvalidInput: beyond closing time, or on a day when the branch is closed; by weekday.
        BreaksPromises: what is promised would lie outside; nothing changes.
    """
    hours = {
        row.weekday: (row.opens, row.closes)
        for row in OpeningHours.objects.filter(branch=staff.branch_id)
    }
    faults: dict[str, Words] = {}
    for weekday, span in pattern.items():
        fault = _fault(span, hours.get(weekday))
        if fault is not None:
            faults[f"weekday_{weekday}"] = fault
    if faults:
        raise InvalidInput(fields=faults)
    today = clock.today()
    with locking(), _promises_kept([staff], today, today + HORIZON):
        RosterShift.objects.filter(staff=staff).delete()
        return RosterShift.objects.bulk_create(
            RosterShift(staff=staff, weekday=weekday, starts=span[0], ends=span[1])
            for weekday, span in sorted(pattern.items())
        )


def change_day(*, staff: Staff, day: date, hours: Hours | None, reason: str) -> RosterException:
    """One day is different: other hours, or (None) not on duty.

    Raises:
        InvalidInput: in the past, beyond closing time, on a closed day, without a reason.
        BreaksPromises: nothing changes.
    """
    if not reason.strip():
        raise InvalidInput(fields={"reason": _("Please say why.")})
    _check_not_past([day])
    if hours is not None:
        fault = _fault(hours, branch_day(staff.branch, day).hours)
        if fault is not None:
            raise InvalidInput(fields={"hours": fault})
    with locking(), _promises_kept([staff], day, day):
        return _write_day(staff, day, hours, reason)


def swap(
    *, first: Staff, second: Staff, days: Collection[date], reason: str, actor: User
) -> RosterSwap:
    """Two colleagues exchange what they have on these days, hours or none, in one transaction.

    Raises:
        InvalidInput: one person, two branches, no day, a past one, or nothing to exchange.
        BreaksPromises: nothing changes.
    """
    if first.pk == second.pk or first.branch_id != second.branch_id or not days:
        raise InvalidInput(fields={"second": _("Two colleagues of one branch, and a day, please.")})
    _check_not_past(days)
    ordered, pair = sorted(days), (first, second)
    with locking(), _promises_kept(pair, ordered[0], ordered[-1]):
        duty = Duty(pair, ordered[0], ordered[-1])
        had = {(who.pk, day): _hours_of(duty, who, day) for who in pair for day in ordered}
        if all(had[first.pk, day] == had[second.pk, day] for day in ordered):
            raise InvalidInput(fields={"days": _("They have the same hours on these days.")})
        for day in ordered:
            _write_day(first, day, had[second.pk, day], reason)
            _write_day(second, day, had[first.pk, day], reason)
        return RosterSwap.objects.create(
            first=first,
            second=second,
            days=[day.isoformat() for day in ordered],
            reason=reason.strip()[:100],
            actor=actor,
        )


@contextmanager
def _promises_kept(people: Sequence[Staff], first: date, last: date) -> Iterator[None]:
    """Lock people, let their roster change, and refuse if a promise has fallen out of it."""
    staff_locked([person.pk for person in people])
    before = {row.pk for row in _outside(people, first, last)}
    yield
    fallen = [row for row in _outside(people, first, last) if row.pk not in before]
    if fallen:
        raise BreaksPromises(fallen)


def _outside(people: Sequence[Staff], first: date, last: date) -> list[Commitment]:
    """What is promised on these days although its person is not on duty then."""
    duty = Duty(people, first, last)
    found = []
    for person in people:
        for row in still_promised(person):
            day = timezone.localdate(row.span.lower)
            span = duty.span(person, day) if first <= day <= last else None
            if first <= day <= last and (
                span is None or row.span.lower < span[0] or row.span.upper > span[1]
            ):
                found.append(row)
    return found


def _hours_of(duty: Duty, person: Staff, day: date) -> Hours | None:
    span = duty.span(person, day)
    if span is None:
        return None
    return timezone.localtime(span[0]).time(), timezone.localtime(span[1]).time()


def _write_day(staff: Staff, day: date, hours: Hours | None, reason: str) -> RosterException:
    starts, ends = hours or (None, None)
    row, _created = RosterException.objects.update_or_create(
        staff=staff,
        day=day,
        defaults={"starts": starts, "ends": ends, "reason": reason.strip()[:100]},
    )
    return row


def _fault(span: Hours, opening: Hours | None) -> Words | None:
    if span[0] >= span[1]:
        return _("It must begin before it ends.")
    if opening is None:
        return _("The branch is closed on this day.")
    if span[1] > opening[1]:
        return _("The branch has closed by then.")
    return None


def _check_not_past(days: Collection[date]) -> None:
    if min(days) < clock.today():
        raise InvalidInput(fields={"days": _("This day has passed.")})
