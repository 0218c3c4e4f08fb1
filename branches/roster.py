"""Rosters: the week's pattern, from a day on, and days that differ.

No change goes through that leaves a promise outside its person's duty: it is listed, and first
re-staffed or moved. Pages ask CHANGE_ROSTER.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, time, timedelta

from django.utils.translation import gettext_lazy as _

from branches.calendar import branch_day
from branches.models import OpeningHours, RosterException, RosterShift, Staff
from branches.promises import promises_kept
from foundation import clock
from foundation.errors import InvalidInput, Words
from foundation.locks import locking

Hours = tuple[time, time]
HORIZON = timedelta(days=400)


def set_week(
    *, staff: Staff, pattern: Mapping[int, Hours], first: date | None = None
) -> list[RosterShift]:
    """When this person works on ordinary weekdays (1 is Monday), from ``first`` on (else today).

    What was worked before that day stays on record; what was laid out for later days gives way.

    Raises:
        InvalidInput: beyond closing time, on a day when the branch is closed (by weekday), or from
            a day that has passed or is too far ahead.
        BreaksPromises: what is promised would lie outside; nothing changes.
    """
    since = first or clock.today()
    hours = {
        row.weekday: (row.opens, row.closes)
        for row in OpeningHours.objects.filter(branch=staff.branch_id)
    }
    faults: dict[str, Words] = {}
    for weekday, span in pattern.items():
        fault = _fault(span, hours.get(weekday))
        if fault is not None:
            faults[f"weekday_{weekday}"] = fault
    if not clock.today() <= since <= clock.today() + HORIZON:
        faults["first"] = _("From today on, or from a day within the next year.")
    if faults:
        raise InvalidInput(fields=faults)
    with locking(), promises_kept([staff], since, since + HORIZON):
        _end_before([row.pk for row in RosterShift.objects.filter(staff=staff)], since)
        return RosterShift.objects.bulk_create(
            RosterShift(staff=staff, weekday=weekday, starts=span[0], ends=span[1], first=since)
            for weekday, span in sorted(pattern.items())
        )


def set_shifts(*, shifts: Mapping[tuple[Staff, int], Hours]) -> int:
    """Single weekdays of many people, from today on; how many have changed. For a sheet of rows.

    Expects to run inside :func:`foundation.locks.locking`; the rows have been checked against the
    opening hours, and the database checks them again.

    Raises:
        BreaksPromises: of anybody; the transaction must not be committed then.
    """
    today = clock.today()
    people = sorted({staff for staff, _weekday in shifts}, key=lambda staff: staff.pk)
    known: dict[tuple[int, int], list[RosterShift]] = {}
    for row in RosterShift.objects.filter(staff__in=people).since(today):
        known.setdefault((row.staff_id, row.weekday), []).append(row)
    changed = {
        (staff, weekday): span
        for (staff, weekday), span in shifts.items()
        if not _is_so(known.get((staff.pk, weekday), []), span, today)
    }
    with promises_kept(people, today, today + HORIZON):
        old = [row.pk for staff, day in changed for row in known.get((staff.pk, day), [])]
        _end_before(old, today)
        RosterShift.objects.bulk_create(
            (
                RosterShift(staff=staff, weekday=weekday, starts=span[0], ends=span[1], first=today)
                for (staff, weekday), span in changed.items()
            ),
            batch_size=1000,
        )
    return len(changed)


def change_day(*, staff: Staff, day: date, hours: Hours | None, reason: str) -> RosterException:
    """One day is different: other hours, or (None) not on duty.

    Raises:
        InvalidInput: in the past, beyond closing time, on a closed day, without a reason.
        BreaksPromises: nothing changes.
    """
    if not reason.strip():
        raise InvalidInput(fields={"reason": _("Please say why.")})
    check_not_past([day])
    if hours is not None:
        fault = _fault(hours, branch_day(staff.branch, day).hours)
        if fault is not None:
            raise InvalidInput(fields={"hours": fault})
    with locking(), promises_kept([staff], day, day):
        return write_day(staff, day, hours, reason)


def restore_day(*, staff: Staff, day: date) -> None:
    """The day is worked by the weekly pattern again. Once more changes nothing.

    Raises:
        InvalidInput: in the past.
        BreaksPromises: nothing changes.
    """
    check_not_past([day])
    with locking(), promises_kept([staff], day, day):
        RosterException.objects.filter(staff=staff, day=day).delete()


def write_day(staff: Staff, day: date, hours: Hours | None, reason: str) -> RosterException:
    """Write one day that differs; the caller holds the person and has looked at their promises."""
    starts, ends = hours or (None, None)
    row, _created = RosterException.objects.update_or_create(
        staff=staff,
        day=day,
        defaults={"starts": starts, "ends": ends, "reason": reason.strip()[:100]},
    )
    return row


def check_not_past(days: Collection[date]) -> None:
    """Raises: InvalidInput: when one of the days has passed."""
    if min(days) < clock.today():
        raise InvalidInput(fields={"days": _("This day has passed.")})


def _end_before(pks: Collection[int], day: date) -> None:
    """These shifts hold until the day before ``day``; those that only began later never hold."""
    rows = RosterShift.objects.filter(pk__in=pks)
    rows.filter(first__gte=day).delete()
    rows.since(day).update(last=day - timedelta(days=1))


def _is_so(rows: Sequence[RosterShift], span: Hours, today: date) -> bool:
    """Whether these shifts say that already, from today until further notice."""
    if len(rows) != 1:
        return False
    [row] = rows
    holds = row.last is None and (row.first is None or row.first <= today)
    return holds and (row.starts, row.ends) == span


def _fault(span: Hours, opening: Hours | None) -> Words | None:
    if span[0] >= span[1]:
        return _("It must begin before it ends.")
    if opening is None:
        return _("The branch is closed on this day.")
    if span[1] > opening[1]:
        return _("The branch has closed by then.")
    return None
