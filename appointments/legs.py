"""Journeys between promises: kept right when something before them comes or goes.

A visit's commitment holds the journey to its door. When the stop before it changes, that journey
begins elsewhere, so its span is reckoned again; the arrival never moves.
"""

from datetime import datetime, timedelta

from appointments import travel
from appointments.models import HomeVisit
from branches import commitments
from branches.models import Commitment, Staff


def disband(visit: HomeVisit) -> None:
    """Give a visit's team its time back, and reckon their next journeys again.

    The caller holds the locks of the team and of the visit.
    """
    for member in visit.team.select_related("commitment", "staff__branch"):
        commitments.release(member.commitment)
        relink_next(member.staff, member.commitment.span.upper)


def relink_next(staff: Staff, after: datetime) -> None:
    """Reckon again the journey to this person's first promise after ``after`` on that day.

    Called under the person's lock, when a promise before it has been released.
    """
    day_end = after.replace(hour=23, minute=59)
    rows = list(
        Commitment.objects.live()
        .filter(staff=staff, span__overlap=(after - timedelta(hours=24), day_end))
        .order_by("span")
    )
    ahead = next((row for row in rows if row.span.lower >= after and row.arrives_at), None)
    if ahead is None or ahead.arrives_at is None:
        return
    behind = [row for row in rows if row.span.upper <= ahead.span.lower and row.latitude]
    origin = _place(behind[-1]) if behind else None
    here = origin or (staff.branch.latitude, staff.branch.longitude)
    there = _place(ahead)
    if there is None:
        return
    departs = ahead.arrives_at - timedelta(minutes=travel.minutes(here, there))
    floor = behind[-1].span.upper if behind else departs
    if departs >= floor and departs != ahead.span.lower:
        commitments.set_out_at(ahead.pk, departs)


def _place(row: Commitment) -> travel.Place | None:
    if row.latitude is None or row.longitude is None:
        return None
    return row.latitude, row.longitude
