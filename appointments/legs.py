"""Journeys between promises: kept right when something before them comes or goes.

A visit's commitment holds the journey to its door. When the stop before it changes, that journey
begins elsewhere, so its span is reckoned again; the arrival never moves.
"""

from datetime import datetime, time, timedelta

from django.utils import timezone

from appointments import travel
from appointments.models import HomeVisit, Wish
from branches import commitments
from branches.models import Commitment, Staff
from branches.queries import local_moment
from foundation.geography import Place


def disband(visit: HomeVisit) -> None:
    """Give a team its time back and wake the waiting list.

    The caller holds the locks of the team and of the visit.
    """
    for member in visit.team.select_related("commitment__staff__branch"):
        commitments.release(member.commitment)
    Wish.objects.look_again(visit.branch)


def relink_next(staff: Staff, after: datetime) -> None:
    """Reckon again the journey to this person's first promise after ``after`` on that day.

    Called under the person's lock by whatever releases a promise before it.
    """
    midnight = local_moment(timezone.localdate(after), time.min)
    today = list(
        Commitment.objects.live()
        .filter(staff=staff, span__overlap=(midnight, midnight + timedelta(days=1)))
        .order_by("span")
    )
    ahead = next((row for row in today if row.span.lower >= after and row.arrives_at), None)
    there = _place(ahead) if ahead is not None else None
    if ahead is None or ahead.arrives_at is None or there is None:
        return
    behind = [row for row in today if row.span.upper <= ahead.span.lower]
    # Each day begins at the branch. A promise without a place is kept wherever the person is.
    places = [place for row in behind if (place := _place(row)) is not None]
    here = places[-1] if places else (staff.branch.latitude, staff.branch.longitude)
    departs = ahead.arrives_at - timedelta(minutes=travel.minutes(here, there))
    free_from = behind[-1].span.upper if behind else midnight
    if departs >= free_from and departs != ahead.span.lower:
        commitments.set_out_at(ahead.pk, departs)


def _place(row: Commitment) -> Place | None:
    if row.latitude is None or row.longitude is None:
        return None
    return row.latitude, row.longitude
