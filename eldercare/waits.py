"""How long it will be: an honest range, from what a branch's customers have really waited."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from branches.models import Branch
from eldercare.models import Escort
from eldercare.states import EscortStatus
from foundation import clock

HISTORY = timedelta(weeks=8)
# Fewer waits than this are chance, and nothing is said.
ENOUGH = 20
# Half of the people waited between these; one in ten longer than the last.
USUAL_FROM, USUAL_TO, AT_WORST = 0.25, 0.75, 0.9
# Waits are alike with nobody, one, two or three, and more people before one.
CROWDS = (0, 1, 3)


@dataclass(frozen=True)
class ExpectedWait:
    """In whole minutes: half of the people wait from ``least`` to ``most``, one in ten longer than
    ``at_worst``. ``people`` is how many waits this is drawn from."""

    least: int
    most: int
    at_worst: int
    people: int


@dataclass(frozen=True)
class _Wait:
    arrived: datetime
    taken: datetime

    @property
    def minutes(self) -> float:
        return (self.taken - self.arrived).total_seconds() / 60.0


class WaitHistory:
    """The waits of a branch over the last eight weeks: one query, asked as often as you like."""

    def __init__(self, branch: Branch) -> None:
        rows = (
            Escort.objects.filter(
                branch=branch, arrived_at__gte=clock.now() - HISTORY, taken_at__isnull=False
            )
            .exclude(status=EscortStatus.BOOKED)
            .order_by("arrived_at")
            .values_list("arrived_at", "taken_at")
        )
        waits = [_Wait(arrived, max(taken, arrived)) for arrived, taken in rows if taken]
        self._waits = list(zip(waits, _before_each(waits), strict=True))

    def expected(self, moment: datetime, ahead: int) -> ExpectedWait | None:
        """The range for somebody who comes at ``moment`` and finds ``ahead`` people waiting.

        From people who came at the same hour, one either side, and found as many before them. None
        where there were too few: we do not promise what we do not know.
        """
        hour, crowd = timezone.localtime(moment).hour, _crowd(ahead)
        alike = [
            wait.minutes
            for wait, found in self._waits
            if _crowd(found) == crowd and abs(timezone.localtime(wait.arrived).hour - hour) <= 1
        ]
        if len(alike) < ENOUGH:
            return None
        least, most, worst = (quantile(alike, q) for q in (USUAL_FROM, USUAL_TO, AT_WORST))
        return ExpectedWait(math.floor(least), math.ceil(most), math.ceil(worst), len(alike))


def quantile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least ``share`` of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _crowd(ahead: int) -> int:
    return sum(ahead > limit for limit in CROWDS)


def _before_each(waits: Sequence[_Wait]) -> list[int]:
    """How many were waiting when each of these came; they are in order of arrival."""
    found, still = [], list[datetime]()
    for wait in waits:
        still = [taken for taken in still if taken > wait.arrived]
        found.append(len(still))
        still.append(wait.taken)
    return found
