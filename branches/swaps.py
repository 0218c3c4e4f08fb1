"""Two colleagues exchange duty: one asks, the other agrees, the manager lets it through.

It goes through only if every promise stays inside its person's duty and nobody is missing on the
floor who was there before. Pages ask CHANGE_ROSTER of whoever lets it through.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from branches.cover import Gap, cover_gaps, new_gaps
from branches.locks import staff_locked, swap_locked
from branches.models import RosterSwap, Staff, SwapRequest, SwapRequestEvent
from branches.promises import promises_kept
from branches.queries import Duty
from branches.roster import Hours, check_not_past, write_day
from branches.states import SWAP_MOVES, SwapStatus
from foundation import clock
from foundation.errors import DomainError, ErrorCode, InvalidInput, NotAllowed
from foundation.locks import locking

MOST_DAYS = 14
AHEAD = timedelta(days=90)


class OpensGap(DomainError):
    """The floor would be empty for a while. ``gaps`` says when."""

    code = ErrorCode.STAFF_NOT_ON_DUTY
    http_status = 409
    default_message = _("Too few would be on the floor then. Please choose other days.")

    def __init__(self, gaps: Sequence[Gap]) -> None:
        self.gaps = list(gaps)
        super().__init__(
            data={"gaps": [[gap.start.isoformat(), gap.end.isoformat()] for gap in self.gaps]}
        )


def ask(
    *, first: Staff, second: Staff, days: Collection[date], reason: str, actor: User
) -> SwapRequest:
    """Ask a colleague to exchange what both have on these days. Nothing changes yet.

    Raises:
        InvalidInput: as for :func:`swap`.
    """
    _check(first, second, days)
    with locking():
        staff_locked([first.pk, second.pk])
        ordered = sorted(set(days))
        _exchanged(first, second, ordered)
        row = SwapRequest.objects.create(
            first=first,
            second=second,
            days=[day.isoformat() for day in ordered],
            reason=reason.strip()[:100],
            asked_by=actor,
        )
        _record(row, "", actor, row.reason)
    return row


def agree(*, request: SwapRequest, actor: User) -> SwapRequest:
    """The colleague agrees; the manager decides.

    Raises:
        NotAllowed: somebody else than the colleague who was asked.
        MoveRefused.
    """
    with locking():
        row = swap_locked(request.pk)
        if row.second.user_id != actor.pk:
            raise NotAllowed(_("Only the colleague who was asked can agree."))
        _move(row, SwapStatus.AGREED, actor, "")
    return row


def confirm(*, request: SwapRequest, actor: User) -> SwapRequest:
    """It goes through: both have each other's hours on these days.

    Raises:
        NotAllowed: one of the two.
        BreaksPromises, OpensGap, InvalidInput, MoveRefused: nothing changes.
    """
    with locking():
        staff_locked([request.first_id, request.second_id])
        row = swap_locked(request.pk)
        SWAP_MOVES.check(row.status, SwapStatus.DONE)
        if actor.pk in (row.first.user_id, row.second.user_id):
            raise NotAllowed(_("Nobody lets their own swap through."))
        row.swap = _exchange(row.first, row.second, row.dates, row.reason, actor)
        _move(row, SwapStatus.DONE, actor, "")
    return row


def decline(*, request: SwapRequest, reason: str, actor: User) -> SwapRequest:
    """No, and why: the colleague who was asked, or the manager.

    Raises:
        InvalidInput, MoveRefused.
    """
    if not reason.strip():
        raise InvalidInput(fields={"reason": _("Please say why.")})
    with locking():
        row = swap_locked(request.pk)
        _move(row, SwapStatus.DECLINED, actor, reason)
    return row


def cancel(*, request: SwapRequest, actor: User) -> SwapRequest:
    """Whoever has asked takes it back.

    Raises:
        NotAllowed: somebody else.
        MoveRefused.
    """
    with locking():
        row = swap_locked(request.pk)
        if actor.pk not in (row.asked_by_id, row.first.user_id):
            raise NotAllowed(_("Only whoever has asked can take it back."))
        _move(row, SwapStatus.CANCELLED, actor, "")
    return row


def swap(
    *, first: Staff, second: Staff, days: Collection[date], reason: str, actor: User
) -> RosterSwap:
    """Two colleagues exchange what they have on these days, hours or none, in one transaction.

    Raises:
        InvalidInput: one person, two branches, no day, a past one, or nothing to exchange.
        BreaksPromises, OpensGap: nothing changes.
    """
    _check(first, second, days)
    with locking():
        return _exchange(first, second, sorted(set(days)), reason, actor)


def _exchange(
    first: Staff, second: Staff, days: Sequence[date], reason: str, actor: User
) -> RosterSwap:
    """Write the exchange, inside the caller's transaction, which must fail when this does."""
    _check(first, second, days)
    pair, span = (first, second), (days[0], days[-1])
    with promises_kept(pair, *span):
        before = cover_gaps([first.branch], *span)
        theirs = _exchanged(first, second, days)
        for (person, day), hours in theirs.items():
            write_day(person, day, hours, reason.strip() or str(_("swap")))
        opened = new_gaps(before, cover_gaps([first.branch], *span))
        if opened:
            raise OpensGap(opened)
    return RosterSwap.objects.create(
        first=first,
        second=second,
        days=[day.isoformat() for day in days],
        reason=reason.strip()[:100],
        actor=actor,
    )


def _exchanged(
    first: Staff, second: Staff, days: Sequence[date]
) -> dict[tuple[Staff, date], Hours | None]:
    """What each of the two would have then.

    Raises:
        InvalidInput: the same as before.
    """
    duty = Duty((first, second), days[0], days[-1])
    theirs: dict[tuple[Staff, date], Hours | None] = {}
    for day in days:
        theirs[first, day] = _hours_of(duty, second, day)
        theirs[second, day] = _hours_of(duty, first, day)
    if all(theirs[first, day] == theirs[second, day] for day in days):
        raise InvalidInput(fields={"days": _("They have the same hours on these days.")})
    return theirs


def _hours_of(duty: Duty, person: Staff, day: date) -> Hours | None:
    span = duty.span(person, day)
    if span is None:
        return None
    return timezone.localtime(span[0]).time(), timezone.localtime(span[1]).time()


def _check(first: Staff, second: Staff, days: Collection[date]) -> None:
    if first.pk == second.pk or first.branch_id != second.branch_id or not days:
        raise InvalidInput(fields={"second": _("Two colleagues of one branch, and a day, please.")})
    check_not_past(days)
    if len(set(days)) > MOST_DAYS or max(days) > clock.today() + AHEAD:
        raise InvalidInput(fields={"days": _("Two weeks at most, within the next three months.")})


def _move(row: SwapRequest, to: SwapStatus, actor: User, why: str) -> None:
    before = row.status
    SWAP_MOVES.check(before, to)
    row.status = to
    row.save(update_fields=["status", "swap"])
    _record(row, before, actor, why)


def _record(row: SwapRequest, before: str, actor: User, why: str) -> None:
    SwapRequestEvent.objects.create(
        request=row,
        actor=actor,
        from_status=before,
        to_status=row.status,
        reason=why.strip()[:300],
        snapshot={"days": row.days},
    )
