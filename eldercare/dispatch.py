"""Who goes to whom in the lobby: a proposal, made anew at each arrival and each finish.

Pure: lines of people in, pairs with their reasons out; nothing is read, nothing is stored. First,
whose turn it is. Three published ideas together:

- a waiting person's weight grows with every minute, faster with needs (accumulating priority queue:
  Stanford, Taylor, Ziedins, "Waiting time distributions in the accumulating priority queue",
  Queueing Systems 77, 2014);
- among equals short business goes first (Smith's ratio of weight to length, 1956), which keeps the
  mean wait low;
- whoever has waited beyond patience stands before everybody else, whoever is furthest beyond it
  first (earliest due date, Jackson 1955): from then on only somebody with needs who came within
  the difference of the two patiences can overtake, so no order starves a person.

Then, who goes: one linear assignment (Hungarian method) of those whose turn it is to those who are
free, in which a missing skill, a known face and a day that was long already count in minutes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

# In minutes; held against first come, first served by ``manage.py simulate_lobby``.
PATIENCE, PATIENCE_WITH_NEEDS = 60.0, 25.0
# Large beside a usual wait: a minute more changes little among those who have just come.
HEAD_START = 25.0
# Above 1 the short go before the long more readily than Smith's ratio has it.
SHORT_FIRST = 2.0
# A colleague with the skill who will be free so soon is worth waiting for.
WORTH_WAITING = 5.0
# What each is worth when several could go.
SKILL_MISSING = 30.0
FAMILIAR_FACE = 10.0
UNPRACTISED = 6.0
# The next promise begins before this business is likely to end.
LEAVES_SOON = 20.0
# For each skill that somebody has and this person does not want: keep the rare ones for the rest.
SPARE_SKILL = 2.0
# For each hour at somebody's side today.
LONG_DAY = 3.0
# How much faster a person's weight grows, on top of 1.
NEED_RATE = 6.0
GREAT_AGE, AGE_RATE = 80, 0.5
BOOKED_RATE = 1.0


class Reason(StrEnum):
    """Why this person, and why this assistant; the page has the words."""

    WAITED_LONG = "waited_long"
    NEEDS = "needs"
    GREAT_AGE = "great_age"
    BOOKED = "booked"
    SHORT = "short"
    FIRST = "first"
    SKILL = "skill"
    FAMILIAR = "familiar"
    PRACTISED = "practised"
    FAIR_SHARE = "fair_share"
    FREE = "free"


@dataclass(frozen=True)
class Waiting:
    """One person who waits; ``waited`` and ``minutes``, how long the business takes, in minutes.

    ``skills`` are wanted of the assistant. ``familiar`` and ``practised`` are keys of assistants:
    who was at this person's side before, and who has accompanied many in such business.
    """

    key: int
    waited: float
    minutes: float
    needs: int = 0
    age: int = 0
    booked: bool = False
    complex: bool = False
    skills: frozenset[str] = frozenset()
    familiar: frozenset[int] = frozenset()
    practised: frozenset[int] = frozenset()

    @property
    def rate(self) -> float:
        """How fast the weight grows with each minute: 1 for somebody without needs.

        A second need weighs half of the first, a third half of that.
        """
        needs = NEED_RATE * (2.0 - 0.5 ** (self.needs - 1)) if self.needs else 0.0
        return 1.0 + needs + AGE_RATE * (self.age >= GREAT_AGE) + BOOKED_RATE * self.booked

    @property
    def late(self) -> float:
        """By how many minutes this person has waited beyond patience; below zero within it."""
        return self.waited - (PATIENCE_WITH_NEEDS if self.needs else PATIENCE)

    @property
    def turn(self) -> tuple[bool, float]:
        """Greater is sooner: beyond patience by that alone, and before everybody within it."""
        if self.late > 0:
            return True, self.late
        urgency = self.rate * (self.waited + HEAD_START)
        return False, urgency / max(self.minutes, 1.0) ** SHORT_FIRST


@dataclass(frozen=True)
class Assistant:
    """Somebody on duty. ``free_in``: minutes until they are at nobody's side, 0 for now.

    ``leaves_in``: minutes until the shift ends or another promise calls. ``busy``: minutes at
    somebody's side today.
    """

    key: int
    free_in: float = 0.0
    leaves_in: float = math.inf
    busy: float = 0.0
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Proposal:
    """Send this assistant to this person (their keys); the weightiest reason stands first."""

    waiting: int
    assistant: int
    reasons: tuple[Reason, ...]


def propose(
    waiting: Sequence[Waiting], staff: Sequence[Assistant], *, keep_free: int = 0
) -> list[Proposal]:
    """Who should go to whom now, most urgent first; whoever gets nobody yet is left out.

    ``keep_free`` assistants stay at the door, unless somebody has waited beyond patience.
    """
    free = [one for one in staff if one.free_in <= 0]
    soon = [one for one in staff if 0 < one.free_in <= WORTH_WAITING]
    queue = sorted(waiting, key=lambda one: (*one.turn, one.waited), reverse=True)
    late = sum(one.late > 0 for one in queue)
    places = min(len(free), max(len(free) - keep_free, late))
    chosen = [one for one in queue if not _rather_waits(one, free, soon)][:places]
    if not chosen:
        return []
    # Half a second to load: for whoever deals the lobby, and not for every process.
    from scipy.optimize import linear_sum_assignment

    costs = np.array([[_cost(one, assistant) for assistant in free] for one in chosen])
    rows, columns = linear_sum_assignment(costs)
    return [
        Proposal(
            chosen[row].key,
            free[column].key,
            (_why_now(chosen[row], waiting), *_why_they(chosen[row], free[column], free)),
        )
        for row, column in zip(rows, columns, strict=True)
    ]


def _rather_waits(one: Waiting, free: Sequence[Assistant], soon: Sequence[Assistant]) -> bool:
    """Whether nobody free has the skills, and somebody who has them will be free in a moment."""
    if one.late > 0 or any(one.skills <= other.skills for other in free):
        return False
    return any(one.skills <= other.skills for other in soon)


def _cost(one: Waiting, assistant: Assistant) -> float:
    """What speaks against this pair, in minutes."""
    missing, spare = one.skills - assistant.skills, assistant.skills - one.skills
    return (
        SKILL_MISSING * len(missing)
        + SPARE_SKILL * len(spare)
        + LONG_DAY * assistant.busy / 60.0
        + LEAVES_SOON * (one.minutes > assistant.leaves_in)
        + UNPRACTISED * (one.complex and assistant.key not in one.practised)
        - FAMILIAR_FACE * (assistant.key in one.familiar)
    )


def _why_now(one: Waiting, waiting: Sequence[Waiting]) -> Reason:
    """What brings this person forward most."""
    if one.late > 0:
        return Reason.WAITED_LONG
    if one.needs:
        return Reason.NEEDS
    if one.booked:
        return Reason.BOOKED
    if one.age >= GREAT_AGE:
        return Reason.GREAT_AGE
    if any(other.waited > one.waited for other in waiting):
        return Reason.SHORT
    return Reason.FIRST


def _why_they(one: Waiting, assistant: Assistant, free: Sequence[Assistant]) -> tuple[Reason, ...]:
    """What makes this assistant the right one, of those who are free."""
    reasons = []
    if one.skills and one.skills <= assistant.skills:
        reasons.append(Reason.SKILL)
    if assistant.key in one.familiar:
        reasons.append(Reason.FAMILIAR)
    if one.complex and assistant.key in one.practised:
        reasons.append(Reason.PRACTISED)
    if not reasons and len(free) > 1 and assistant.busy == min(other.busy for other in free):
        reasons.append(Reason.FAIR_SHARE)
    return tuple(reasons) or (Reason.FREE,)
