"""Whom a lobby should think of after a day or a month: known customers who could use more help.

Read from what was logged anyway. Strangers have no number to be called at and are only counted in
the figures.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from accounts.permissions import Actor, Permission
from branches.models import Branch
from branches.queries import local_moment
from eldercare.lobby import skills_of
from eldercare.models import Customer, Escort
from eldercare.models.escort import Face
from eldercare.states import EscortStatus

# Whoever comes so often for one business could be taught to do it at home, or be visited there.
OFTEN = 3


class Why(StrEnum):
    """What happened to them here; the page has the words."""

    LEFT = "left"
    NOT_GOOD = "not_good"
    NOT_UNDERSTOOD = "not_understood"
    COMES_OFTEN = "comes_often"


@dataclass(frozen=True)
class CouldUseHelp:
    """One customer, why we think of them, and when they were here last."""

    customer: Customer
    why: tuple[Why, ...]
    last_here: datetime


def could_use_help(user: Actor, branch: Branch, first: date, last: date) -> list[CouldUseHelp]:
    """Customers of these days (both included), those with most reasons first; two queries."""
    midnight = datetime.min.time()
    rows = (
        Escort.objects.for_user(user, Permission.VIEW_ESCORT)
        .filter(
            branch=branch,
            arrived_at__gte=local_moment(first, midnight),
            arrived_at__lt=local_moment(last + timedelta(days=1), midnight),
            customer__isnull=False,
            status__in=[EscortStatus.DONE, EscortStatus.LEFT],
        )
        .select_related("customer", "service_version", "assistant")
        .order_by("arrived_at", "pk")
    )
    times: dict[int, list[Escort]] = defaultdict(list)
    for row in rows:
        times[row.customer_id or 0].append(row)
    skills = skills_of({row.assistant for row in rows if row.assistant and row.wanted_skills})
    found = [
        CouldUseHelp(here[-1].customer, why, here[-1].arrived_at)
        for here in times.values()
        if here[-1].customer is not None and (why := _why(here, skills))
    ]
    return sorted(found, key=lambda one: (-len(one.why), one.last_here))


def _why(here: Sequence[Escort], skills: Mapping[int, frozenset[str]]) -> tuple[Why, ...]:
    """Of one customer, in order of time."""
    reasons = []
    # Whoever came again and was served has been helped since.
    if here[-1].status == EscortStatus.LEFT:
        reasons.append(Why.LEFT)
    if any(row.how_it_was == Face.POOR for row in here):
        reasons.append(Why.NOT_GOOD)
    if any(
        not set(row.wanted_skills) <= skills[row.assistant_id]
        for row in here
        if row.wanted_skills and row.assistant_id is not None
    ):
        reasons.append(Why.NOT_UNDERSTOOD)
    if _comes_often(here):
        reasons.append(Why.COMES_OFTEN)
    return tuple(reasons)


def _comes_often(here: Sequence[Escort]) -> bool:
    """Three times for one business, and nobody has shown them how to do it by themselves."""
    untaught: dict[int, int] = defaultdict(int)
    for row in here:
        untaught[row.service_version.service_id] += 1
        if row.device_taught:
            untaught[row.service_version.service_id] = 0
    return max(untaught.values()) >= OFTEN
