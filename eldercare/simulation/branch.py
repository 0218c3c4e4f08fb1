"""A branch's own habits and people, as the simulation takes them from its register."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Count
from django.db.models.functions import ExtractHour, TruncDate

from branches.models import Branch
from eldercare.lobby import skills_of
from eldercare.models import Escort, ServiceVersion
from eldercare.models.service import Risk
from eldercare.queries import services_at_branch
from eldercare.simulation.days import CLOSES, OPENS, USUAL_HOURS, Business, Habits, Shift
from foundation import clock

HISTORY = timedelta(weeks=8)
# Fewer days of history than this say more about chance than about the branch.
ENOUGH_DAYS = 20
# Where there is no history: this share of everybody's day is at somebody's side, so that ordinary
# mornings are just kept up with and those of pension days are not.
USUAL_LOAD = 0.55
LUNCH_STARTS, LUNCH = (11 * 60 + 30, 12 * 60 + 15), 45


def habits_of(branch: Branch, assistants: int, people: float | None = None) -> Habits:
    """How this branch's days go: from eight weeks of its history, or usual ones without it.

    ``people``: how many come on an ordinary day, when the caller knows better.
    """
    rows = Escort.objects.filter(
        branch=branch, arrived_at__gte=clock.now() - HISTORY, taken_at__isnull=False
    ).order_by()
    days = rows.annotate(day=TruncDate("arrived_at")).values("day").distinct().count()
    counted = dict(rows.values_list("service_version__service").annotate(Count("pk")))
    offered = list(services_at_branch())
    business = [_business(version, counted) for version in offered]
    if days < ENOUGH_DAYS:
        return Habits(people or _usual_people(business, assistants), business)
    hours = dict(
        rows.annotate(hour=ExtractHour("arrived_at")).values_list("hour").annotate(Count("pk"))
    )
    total = sum(hours.values())
    return Habits(
        people or total / days,
        business,
        {hour: number / total for hour, number in hours.items() if hour in USUAL_HOURS},
    )


def shifts_of(branch: Branch) -> list[Shift]:
    """One ordinary day of this branch's people, who take turns at lunch."""
    people = list(branch.staff.active().order_by("badge"))
    skills = skills_of(people)
    return [
        Shift(
            person.pk,
            _around_lunch(LUNCH_STARTS[number % len(LUNCH_STARTS)]),
            skills[person.pk],
            # Every third is new: what they are not practised in, somebody else had better do.
            practised=number % 3 != 2,
        )
        for number, person in enumerate(people)
    ]


def _usual_people(business: Sequence[Business], assistants: int) -> float:
    total = sum(one.share for one in business)
    if not total:
        return 0.0
    mean = sum(one.share * one.minutes for one in business) / total
    return assistants * (CLOSES - OPENS - LUNCH) * USUAL_LOAD / mean


def _business(version: ServiceVersion, counted: dict[int, int]) -> Business:
    """One more than was counted, so that what is new is asked for too."""
    return Business(
        minutes=version.minutes,
        share=counted.get(version.service_id, 0) + 1.0,
        complex=version.risk == Risk.HIGH,
    )


def _around_lunch(starts: int) -> tuple[tuple[int, int], ...]:
    return (OPENS, starts), (starts + LUNCH, CLOSES)
