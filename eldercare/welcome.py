"""The tablet by the door, and the sign with the code: people say themselves that they are here.

Whoever stands there is nobody we know: they are shown no name, and get a number to be called by.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branches.locks import branch_locked
from branches.models import Branch
from eldercare import bookings, escorts
from eldercare.escorts import THEMSELVES
from eldercare.models import Escort, EscortEvent, ServiceVersion
from eldercare.states import EscortStatus
from foundation import clock
from foundation.errors import DomainError, ErrorCode
from foundation.locks import sharing

# More than this walk through no door in a minute: somebody plays with the tablet.
AT_MOST_A_MINUTE = 8
# How early and how late somebody who booked is still found by the end of their phone.
EARLY, LATE = timedelta(hours=2), timedelta(hours=2)


class TooMany(DomainError):
    code = ErrorCode.RATE_LIMITED
    http_status = 429
    default_message = gettext_lazy("Please speak to one of us: we are glad to help you at once.")


def come_in(
    *, client_key: str, branch: Branch, version: ServiceVersion, needs: Iterable[str] = ()
) -> Escort:
    """Somebody has come in and touched what they come for; the same key again is the same arrival.

    They are called by a number that nobody else has here today.

    Raises:
        TooMany: so many do not come through one door in a minute; nothing is noted.
        InvalidInput, NotReviewed: as for :func:`eldercare.escorts.log_arrival`.
    """
    with sharing():
        # Locked, so that two tablets do not give the same number.
        row = branch_locked(branch.pk)
        known = Escort.objects.filter(branch=row, client_key=client_key).first()
        if known is not None:
            return known
        _check_pace(row)
        return escorts.log_arrival(
            client_key=client_key,
            branch=row,
            service_version=version,
            actor=None,
            nickname=_("Guest no. %(number)d") % {"number": _today(row) + 1},
            needs=needs,
        )


def come_booked(*, escort: Escort) -> Escort:
    """Somebody who booked says that they are here; twice is once.

    Raises:
        TooMany: as for :func:`come_in`.
        MoveRefused: the booking was cancelled, or is over.
    """
    with sharing():
        _check_pace(branch_locked(escort.branch_id))
        escort.refresh_from_db()
        if escort.status in (EscortStatus.WAITING, EscortStatus.ACCOMPANIED):
            return escort
        return bookings.check_in(escort=escort, actor=None)


def booked_now(branch: Branch, last4: str) -> QuerySet[Escort]:
    """Company that is booked about now, for phones that end in these four digits."""
    now = clock.now()
    return (
        Escort.objects.filter(
            branch=branch,
            status=EscortStatus.BOOKED,
            customer__phone_last4=last4,
            booked_for__gte=now - LATE,
            booked_for__lte=now + EARLY,
        )
        .select_related("service_version")
        .order_by("booked_for", "pk")
    )


def ahead_of(escort: Escort) -> int:
    """How many wait in the same lobby and came before."""
    return Escort.objects.filter(
        branch=escort.branch_id,
        status=EscortStatus.WAITING,
        arrived_at__lt=escort.arrived_at,
    ).count()


def _check_pace(branch: Branch) -> None:
    since = clock.now() - timedelta(minutes=1)
    lately = EscortEvent.objects.filter(
        escort__branch=branch, escort__arrived_at__gte=since, actor_kind=THEMSELVES, at__gte=since
    )
    if lately.count() >= AT_MOST_A_MINUTE:
        raise TooMany


def _today(branch: Branch) -> int:
    """How many have got a number today."""
    midnight = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    return EscortEvent.objects.filter(
        escort__branch=branch,
        escort__arrived_at__gte=midnight,
        escort__booked_for__isnull=True,
        actor_kind=THEMSELVES,
        from_status="",
    ).count()
