"""Nobody is remembered longer than there is a reason for (PIPL art. 19 and 47).

Identity and transactions: ten years after the last one (反洗钱法 art. 34). Sign-in codes: a month.
Rooms above say when they last had to do with somebody; whoever they have not spoken about stays.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from eldercare import merging, privacy
from eldercare.models import Customer, CustomerEvent, SignInCode
from foundation import clock

CUSTOMERS_KEPT: Final = privacy.IDENTITY_KEPT
CODES_KEPT: Final = timedelta(days=30)
A_NIGHT: Final = 200

LastSeen = Callable[[Customer], datetime | None]
_last_seen: Final[dict[str, LastSeen]] = {}


def register_last_seen(app_label: str, last_seen: LastSeen) -> None:
    """Let a room say when it last had to do with a customer, None for never."""
    _last_seen[app_label] = last_seen


def forget_old_customers(limit: int = A_NIGHT) -> int:
    """Erase those whose last business is ten years old; how many."""
    SignInCode.objects.filter(made_at__lt=clock.now() - CODES_KEPT).delete()
    line = clock.now() - CUSTOMERS_KEPT
    old = (
        Customer.objects.current()
        .filter(created_at__lt=line, erased_at__isnull=True)
        .exclude(escorts__arrived_at__gte=line)
        .exclude(events__at__gte=line)
        .exclude(eligibility_decisions__at__gte=line)
        .exclude(representatives__consents__ends__gte=line.date())
        .order_by("pk")
    )
    forgotten = 0
    for customer in old[:limit]:
        if not any(_known_since(row, line) for row in merging.history_of(customer)):
            forgotten += _forget(customer)
    return forgotten


def _forget(customer: Customer) -> bool:
    """Whether it could be done; one who is still promised something does not stop the others."""
    try:
        privacy.erase_customer(customer=customer, why="retention: ten years", asked_by="system")
    except privacy.StillPromised:
        return False
    return True


def _known_since(row: Customer, line: datetime) -> bool:
    """Whether another room had to do with them since, or holds rows and has not said when."""
    for relation in Customer._meta.related_objects:
        label = relation.related_model._meta.app_label  # type: ignore[union-attr]
        if label == "eldercare" or label in _last_seen:
            continue
        if relation.related_model._base_manager.filter(**{relation.field.name: row}).exists():  # type: ignore[union-attr]
            return True
    seen = [last_seen(row) for last_seen in _last_seen.values()]
    return any(moment is not None and moment >= line for moment in seen)


def kept_until(customer: Customer) -> date:
    """The earliest day on which retention would forget this customer, as things stand.

    Every business, decision and consent moves it: the line lies ten years after the last.
    """
    rows = merging.history_of(customer)
    moments = [moment for row in rows for moment in _own_moments(row)]
    moments += [m for row in rows for seen in _last_seen.values() if (m := seen(row)) is not None]
    return (max(moments) + CUSTOMERS_KEPT).date()


def _own_moments(row: Customer) -> list[datetime]:
    lasts = (
        row.escorts.order_by("-arrived_at").values_list("arrived_at", flat=True).first(),
        CustomerEvent.objects.filter(customer=row).values_list("at", flat=True).last(),
        row.eligibility_decisions.values_list("at", flat=True).first(),
    )
    return [row.created_at, *(last for last in lasts if last is not None)]
