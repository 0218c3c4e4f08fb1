"""The waiting list: a window that comes free is kept for the first whom it suits.

It is kept for half an hour of waking time; then the next one is asked. Whoever frees time only
marks whom to look at again (``Wish.objects.look_again``); the sweep does the looking.
"""

from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments import notices
from appointments.asking import Asker, check_consent
from appointments.availability import (
    CustomerUnplaced,
    NotEligible,
    OpenWindow,
    WindowTaken,
    days_ahead,
    demand_for,
    open_windows,
)
from appointments.booking import book_visit
from appointments.holds import hold_window, holds_of, let_go, team_locking
from appointments.locks import wish_locked
from appointments.models import HomeVisit, Wish
from appointments.models.home_visit import AskedBy
from appointments.states import WISH_MOVES, WishStatus
from branches.models import Commitment
from branches.queries import local_moment
from eldercare.models import Customer, ServiceVersion
from eldercare.states import ReviewStatus
from foundation import clock
from foundation.errors import InvalidInput, MoveRefused
from foundation.locks import locking

KEPT_FOR = timedelta(minutes=30)
LONGEST = timedelta(days=92)
# Nobody is woken for an offer (DOMAIN: quiet hours 21:00 to 08:00).
WAKING = (time(8), time(21))
UNIQUE_VIOLATION = "23505"


def join(
    *,
    customer: Customer,
    version: ServiceVersion,
    first_day: date,
    last_day: date,
    asker: Asker,
) -> Wish:
    """Put somebody on the list for a span of days; who is on it already stays where they are.

    Raises:
        InvalidInput: the days are past, too far ahead, or in the wrong order.
        ConsentMissing: the representative has no standing consent.
        CustomerUnplaced: we do not know where to go.
    """
    if last_day < first_day or last_day < clock.today():
        raise InvalidInput(fields={"last_day": _("Please choose days that are still to come.")})
    if last_day > clock.today() + LONGEST:
        raise InvalidInput(fields={"last_day": _("Please choose days of the next three months.")})
    demand_for(customer, version)
    check_consent(asker, customer, version)
    wish = Wish(
        customer=customer,
        service_version=version,
        representative=asker.representative,
        asked_by=asker.kind,
        first_day=first_day,
        last_day=last_day,
        look_at=clock.now(),
    )
    try:
        with transaction.atomic():
            wish.save()
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", None) != UNIQUE_VIOLATION:
            raise
        return Wish.objects.standing().get(customer=customer, service_version=version)
    return wish


def withdraw(*, wish: Wish, asker: Asker) -> Wish:
    """Take somebody off the list; what was kept for them is free again.

    Raises:
        MoveRefused: it was booked or has lapsed.
    """
    with team_locking(wish.customer.branch, wish.customer):
        row = wish_locked(wish.pk)
        check_consent(asker, row.customer)
        if row.status == WishStatus.OFFERED:
            let_go(row.customer)
        _move(row, WishStatus.WITHDRAWN)
    return row


def accept(*, wish: Wish, key: str, asker: Asker) -> HomeVisit:
    """Book the time that is kept. The same ``key`` again gives the same visit.

    Raises:
        MoveRefused: nothing is kept for them any more.
        WindowTaken: it was kept too long ago, and somebody else has it.
    """
    done = HomeVisit.objects.filter(idempotency_key=key, customer=wish.customer).first()
    if done is not None:
        return done
    start = wish.offered_start
    if wish.status != WishStatus.OFFERED or start is None:
        raise MoveRefused(_("This time is no longer kept for you. You stay on the list."))
    visit = book_visit(
        customer=wish.customer,
        version=wish.service_version,
        window_start=start,
        key=key,
        asker=asker,
    )
    with locking():
        row = wish_locked(wish.pk)
        if row.status == WishStatus.OFFERED:
            _move(row, WishStatus.TAKEN)
    return visit


def asker_of(wish: Wish) -> Asker:
    """Who asked for this place on the list."""
    return Asker(AskedBy(wish.asked_by), representative=wish.representative)


def sweep(limit: int = 50) -> int:
    """Take back offers that were not taken, then offer what is free; how many offers were made."""
    now = clock.now()
    for pk in _due(Q(status=WishStatus.OFFERED, offered_until__lte=now), limit):
        _take_back(pk)
    if not _awake(now):
        return 0
    waiting = _due(Q(status=WishStatus.WAITING, look_at__lte=now), limit)
    return sum(_offer(pk) for pk in waiting)


def _due(which: Q, limit: int) -> list[int]:
    return list(
        Wish.objects.filter(which).order_by("queued_at", "pk").values_list("pk", flat=True)[:limit]
    )


def _awake(now: datetime) -> bool:
    return WAKING[0] <= timezone.localtime(now).time() < WAKING[1]


def _take_back(pk: int) -> None:
    with locking():
        row = wish_locked(pk)
        still_kept = row.offered_until is not None and row.offered_until > clock.now()
        if row.status != WishStatus.OFFERED or still_kept:
            return
        row.queued_at = clock.now()
        row.look_at = None
        _move(row, WishStatus.WAITING)
        Wish.objects.look_again(row.customer.branch)


def _offer(pk: int) -> bool:
    """Keep the first window that suits this wish and say so; whether there was one."""
    wish = Wish.objects.select_related("customer__branch", "service_version").get(pk=pk)
    if wish.last_day < clock.today() or wish.service_version.status != ReviewStatus.APPROVED:
        with locking():
            _move(wish_locked(pk), WishStatus.LAPSED)
        return False
    if _holds_something(wish.customer):
        # An open form, or another wish's offer: one customer, one time kept. Looked at again later.
        return False
    window = _first_that_suits(wish)
    kept = window is not None and _keep(wish, window)
    with locking():
        row = wish_locked(pk)
        if row.status != WishStatus.WAITING:
            return False
        row.look_at = _next_look(row)
        if not kept or window is None:
            row.save(update_fields=["look_at"])
            return False
        row.offered_start = window.start
        row.offered_until = clock.now() + KEPT_FOR
        row.offers += 1
        _move(row, WishStatus.OFFERED)
        notices.time_offered(row, window.start, window.end)
    return True


def _first_that_suits(wish: Wish) -> OpenWindow | None:
    days = [day for day in days_ahead() if wish.first_day <= day <= wish.last_day]
    try:
        demand = demand_for(wish.customer, wish.service_version)
    except (CustomerUnplaced, NotEligible):
        # Their place was forgotten, or a rule has changed: others must not wait behind them.
        return None
    answers = open_windows(wish.customer.branch, demand, days) if days else []
    return next((window for answer in answers for window in answer.windows), None)


def _next_look(wish: Wish) -> datetime | None:
    """Tomorrow, when some of the days cannot be booked yet; else when something comes free."""
    if wish.last_day <= days_ahead()[-1]:
        return None
    return local_moment(clock.today() + timedelta(days=1), WAKING[0])


def _holds_something(customer: Customer) -> bool:
    held = Commitment.objects.filter(pk__in=holds_of(customer))
    return held.filter(hold_expires_at__gt=clock.now()).exists()


def _keep(wish: Wish, window: OpenWindow) -> bool:
    try:
        hold_window(
            customer=wish.customer,
            version=wish.service_version,
            window_start=window.start,
            keep_for=KEPT_FOR,
        )
    except WindowTaken:
        return False
    return True


def _move(wish: Wish, to: WishStatus) -> None:
    WISH_MOVES.check(wish.status, to)
    wish.status = to
    if to != WishStatus.OFFERED:
        wish.offered_start = wish.offered_until = None
    wish.save()
