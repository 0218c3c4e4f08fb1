"""When a branch is open, and what else customers read about it: changed, and put on record.

Hours never shrink over a promise: as with leave, what customers count on is listed, and nothing
changes until each promise is given to somebody else or moved. Pages ask CHANGE_BRANCH.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, time
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from branches.calendar import BranchCalendar
from branches.locks import branch_locked, staff_locked
from branches.models import Branch, BranchEvent, CalendarDay, Commitment, OpeningHours
from branches.models.hours import Weekday
from branches.promises import BreaksPromises, promised_by
from branches.queries import local_moment
from foundation import clock
from foundation.errors import DomainError, ErrorCode, InvalidInput
from foundation.locks import locking

UNIQUE_VIOLATION = "23505"
Hours = tuple[time, time]


@dataclass(frozen=True)
class Facts:
    """What customers read about a branch, and where it stands (degrees, WGS 84)."""

    address: str
    phone: str
    latitude: float
    longitude: float
    transport_zh: str = ""
    transport_en: str = ""
    parking_zh: str = ""
    parking_en: str = ""
    community_zh: str = ""
    community_en: str = ""


class DayTaken(DomainError):
    code = ErrorCode.INVALID_INPUT
    http_status = 409
    default_message = _("This day is on the list already. Take it off first.")


def set_week(*, branch: Branch, week: Mapping[int, Hours | None], actor: User) -> None:
    """The hours of an ordinary week, by ISO weekday; None, or no line, is closed.

    Raises:
        InvalidInput: it would close before it opens; ``fields`` name the weekdays.
        BreaksPromises: until each promise is re-staffed or moved; nothing changes.
    """
    wrong = {day for day, hours in week.items() if hours is not None and hours[0] >= hours[1]}
    if wrong or not set(week) <= set(Weekday.values):
        sentence = _("It has to close after it opens.")
        raise InvalidInput(sentence, fields={f"closes_{day}": sentence for day in sorted(wrong)})
    with locking(), _promises_kept(branch):
        before = {
            str(row.weekday): f"{row.opens:%H:%M}-{row.closes:%H:%M}" for row in branch.hours.all()
        }
        open_on = {day: hours for day, hours in week.items() if hours is not None}
        branch.hours.exclude(weekday__in=open_on).delete()
        for day, (opens, closes) in open_on.items():
            OpeningHours.objects.update_or_create(
                branch=branch, weekday=day, defaults={"opens": opens, "closes": closes}
            )
        _record(branch, "hours", actor, snapshot=before)


def add_day(
    *,
    branch: Branch,
    day: date,
    is_working: bool,
    reason: str,
    actor: User,
    hours: Hours | None = None,
) -> CalendarDay:
    """A day on which this branch is not what the calendar says; with its own ``hours``, perhaps.

    Raises:
        DayTaken: it is on the list already.
        InvalidInput: in the past, without a reason, or hours in the wrong order.
        BreaksPromises: customers count on it.
    """
    if day < clock.today():
        raise InvalidInput(fields={"day": _("This day has passed.")})
    if not reason.strip():
        raise InvalidInput(fields={"reason": _("Please say why; customers read it.")})
    if hours is not None and (not is_working or hours[0] >= hours[1]):
        raise InvalidInput(fields={"closes": _("It has to close after it opens.")})
    opens, closes = hours or (None, None)
    with locking(), _promises_kept(branch):
        try:
            with transaction.atomic():
                row = CalendarDay.objects.create(
                    branch=branch,
                    day=day,
                    is_working=is_working,
                    opens=opens,
                    closes=closes,
                    reason=reason.strip()[:100],
                )
        except IntegrityError as error:
            if getattr(error.__cause__, "sqlstate", None) != UNIQUE_VIOLATION:
                raise
            raise DayTaken(fields={"day": DayTaken.default_message}) from error
        _record(branch, "day_added", actor, reason=f"{day}: {row.reason}")
    return row


def remove_day(*, branch: Branch, day: date, actor: User) -> None:
    """The day is again what the calendar says. A day that is not on the list stays away.

    Raises:
        BreaksPromises: customers count on it.
    """
    with locking(), _promises_kept(branch):
        gone, _rows = branch.calendar_days.filter(day=day).delete()
        if gone:
            _record(branch, "day_removed", actor, reason=str(day))


def set_facts(*, branch: Branch, facts: Facts, actor: User) -> Branch:
    """What customers read about the branch, and where it stands.

    Raises:
        InvalidInput: without address or phone, or not on earth.
    """
    wrong: dict[str, Any] = {}
    if not facts.address.strip():
        wrong["address"] = _("Customers need the address.")
    if not facts.phone.strip():
        wrong["phone"] = _("Customers need a phone number.")
    if not -90 <= facts.latitude <= 90:
        wrong["latitude"] = _("From -90 to 90 degrees, please.")
    if not -180 <= facts.longitude <= 180:
        wrong["longitude"] = _("From -180 to 180 degrees, please.")
    if wrong:
        raise InvalidInput(fields=wrong)
    with locking():
        row = branch_locked(branch.pk)
        before = {name: getattr(row, name) for name in asdict(facts)}
        for name, value in asdict(facts).items():
            setattr(row, name, value.strip() if isinstance(value, str) else value)
        row.save(update_fields=list(before))
        _record(row, "facts", actor, snapshot=before)
    return row


@contextmanager
def _promises_kept(branch: Branch) -> Iterator[None]:
    """Lock the branch's people, let its hours change, and refuse if a promise has fallen out.

    Whoever books a person's time locks them first, so that no promise is made meanwhile.

    Raises:
        BreaksPromises: the caller's transaction must not be committed then.
    """
    staff_locked(branch.staff.active().values_list("pk", flat=True))
    before = {row.pk for row in _outside_hours(branch)}
    yield
    fallen = [row for row in _outside_hours(branch) if row.pk not in before]
    if fallen:
        raise BreaksPromises(fallen)


def _outside_hours(branch: Branch) -> list[Commitment]:
    """What is promised of this branch's people at times when the branch is not open."""
    rows = list(promised_by(list(branch.staff.active())))
    if not rows:
        return []
    days = [timezone.localdate(row.span.lower) for row in rows]
    calendar = BranchCalendar([branch], min(days), max(days))
    found = []
    for row, day in zip(rows, days, strict=True):
        hours = calendar.day(branch, day).hours
        if hours is None or not (
            local_moment(day, hours[0]) <= row.span.lower
            and row.span.upper <= local_moment(day, hours[1])
        ):
            found.append(row)
    return found


def _record(
    branch: Branch,
    what: str,
    actor: User,
    *,
    reason: str = "",
    snapshot: Mapping[str, Any] | None = None,
) -> None:
    BranchEvent.objects.create(
        branch=branch, actor=actor, to_status=what, reason=reason[:300], snapshot=snapshot or {}
    )
