"""A branch at a glance: what it has, what is missing, broken or running out, who is there now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.permissions import Actor, Permission, may
from branches.coverage import Cell, coverage_of
from branches.expiry import Expiry, expiries
from branches.models import Branch, Commitment, FacilityFault, Staff
from branches.models.catalogue import FacilityGroup
from branches.queries import Duty, live_commitments
from foundation import clock

SOON = timedelta(days=30)


@dataclass(frozen=True)
class Group:
    """What a branch has of one group of the catalogue."""

    group: FacilityGroup
    cells: Sequence[Cell]


@dataclass(frozen=True)
class OnDuty:
    """Somebody whose shift it is; ``promise`` when something else keeps them just now."""

    person: Staff
    until: datetime
    promise: Commitment | None


@dataclass(frozen=True)
class Overview:
    """``lacking``: promised, and not as it must be.

    ``on_duty`` is None for whoever may not see staff.
    """

    groups: Sequence[Group]
    lacking: Sequence[Cell]
    broken: Sequence[FacilityFault]
    runs_out: Sequence[Expiry]
    on_duty: Sequence[OnDuty] | None


def overview(user: Actor, branch: Branch) -> Overview:
    """What this person may know of the branch, in as many queries however much there is of it."""
    cells = coverage_of(branch).cells
    here = [cell for cell in cells if cell.facility is not None]
    today = clock.today()
    return Overview(
        groups=[
            Group(group, [cell for cell in here if cell.type.group == group])
            for group in FacilityGroup
            if any(cell.type.group == group for cell in here)
        ],
        lacking=[cell for cell in cells if cell.is_gap],
        broken=[fault for cell in here for fault in _open_faults(cell)],
        # What has expired already is the first that somebody has to see to.
        runs_out=expiries(user, date.min, today + SOON, branch=branch),
        on_duty=on_duty(branch, clock.now()) if may(user, Permission.VIEW_STAFF) else None,
    )


def on_duty(branch: Branch, now: datetime) -> list[OnDuty]:
    """Whose shift it is, and what keeps them from the floor just now, in order of badge."""
    people = list(branch.staff.active().select_related("branch").order_by("badge"))
    today = timezone.localdate(now)
    duty = Duty(people, today, today)
    promised = live_commitments(people, now, now + timedelta(seconds=1))
    found = []
    for person in people:
        span = duty.span(person, today)
        if span is not None and span[0] <= now < span[1]:
            found.append(OnDuty(person, span[1], next(iter(promised.get(person.pk, ())), None)))
    return found


def _open_faults(cell: Cell) -> list[FacilityFault]:
    return list(getattr(cell.facility, "open_faults", ()))
