"""Somebody calls in sick: they are away from this moment, and nobody has to grant it.

What they have promised is for ``appointments.repair`` to give to others first.
"""

from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from branches import commitments
from branches.leave import EXCLUSION_VIOLATION, LeaveOverlaps
from branches.models import Commitment, CommitmentKind, Leave, LeaveEvent, Staff
from branches.queries import local_moment
from branches.states import LeaveStatus
from foundation import clock
from foundation.errors import InvalidInput

LONGEST = timedelta(days=14)


def end_of(until: date) -> datetime:
    """The moment after the last day.

    Raises:
        InvalidInput: a day that has passed, or one that is too far away to be known now.
    """
    if not clock.today() <= until <= clock.today() + LONGEST:
        raise InvalidInput(fields={"until": _("From today to two weeks from now, please.")})
    return local_moment(until + timedelta(days=1), time.min)


def begin(*, staff: Staff, until: date, actor: User) -> Leave:
    """Leave from now to the end of ``until``, granted by being so. Runs under the person's lock.

    What is going on at this moment (a visit at the table) is theirs to end first.

    Raises:
        LeaveOverlaps: there is leave on one of these days.
        StaffBusy: something is promised still.
    """
    end = end_of(until)
    held = Commitment.objects.live().filter(staff=staff, kind=CommitmentKind.HOLD)
    for hold in held.filter(span__overlap=(clock.now(), end)).select_related("staff__branch"):
        commitments.release(hold)
    commitment = commitments.promise(
        staff=staff, kind=CommitmentKind.LEAVE, start=_from_when(staff), end=end
    )
    try:
        with transaction.atomic():
            row = Leave.objects.create(
                staff=staff,
                first=clock.today(),
                last=until,
                status=LeaveStatus.APPROVED,
                asked_by=actor,
                commitment=commitment,
            )
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", None) != EXCLUSION_VIOLATION:
            raise
        raise LeaveOverlaps from error
    LeaveEvent.objects.create(leave=row, actor=actor, from_status="", to_status=row.status)
    return row


def _from_when(staff: Staff) -> datetime:
    """Now, or the end of what this person is doing now."""
    now = clock.now()
    under_way = Commitment.objects.live().filter(staff=staff, span__contains=now).first()
    moment: datetime = under_way.span.upper if under_way is not None else now
    return moment
