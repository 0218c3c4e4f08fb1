"""Screening: who may let a visit through, and what follows from a yes or a no.

Low-risk business passes by rule when it is booked; the rest waits here for the branch manager while
the team's time is held.
"""

from accounts.models import User
from appointments import notices, timetable
from appointments.legs import disband
from appointments.locks import visit_locked
from appointments.models import HomeVisit
from appointments.states import DeclineReason, VisitStatus
from appointments.visits import Actor, change_status
from branches.locks import staff_locked
from foundation.locks import locking


def approve(*, visit: HomeVisit, actor: User) -> HomeVisit:
    """The branch manager lets a risky visit through.

    Raises:
        MoveRefused: it is not waiting for approval.
    """
    with locking():
        row = visit_locked(visit.pk)
        change_status(row, VisitStatus.APPROVED, Actor("staff", actor))
        notices.approved(row)
        # The evening on which teams are announced may have passed while we waited.
        timetable.announce_in_time(row)
    return row


def decline(*, visit: HomeVisit, reason: DeclineReason, actor: User) -> HomeVisit:
    """The branch manager says no, with a reason; the customer is offered an escort instead.

    Raises:
        MoveRefused: it is not waiting for approval.
    """
    with locking():
        staff_locked(member.staff_id for member in visit.team.all())
        row = visit_locked(visit.pk)
        row.reason = reason
        row.words = str(reason.label)
        change_status(row, VisitStatus.DECLINED, Actor("staff", actor), reason=row.words)
        disband(row)
        notices.declined(row)
    return row
