"""A day lived through minute by minute, with one rule of who goes to whom."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eldercare import dispatch
from eldercare.dispatch import Assistant, Proposal, Waiting
from eldercare.simulation.days import Arrival, LobbyDay

Rule = Callable[[Sequence[Waiting], Sequence[Assistant]], Sequence[Proposal]]


@dataclass(frozen=True)
class Served:
    """Who was served by whom, and how long they had waited, in minutes."""

    arrival: Arrival
    assistant: int
    waited: int
    skill_missing: bool


def by_dispatch(waiting: Sequence[Waiting], staff: Sequence[Assistant]) -> list[Proposal]:
    """The product's own rule."""
    return dispatch.propose(waiting, staff)


def first_come(waiting: Sequence[Waiting], staff: Sequence[Assistant]) -> list[Proposal]:
    """The yardstick: whoever came first goes to whoever is free first in the list."""
    queue = sorted(waiting, key=lambda one: (-one.waited, one.key))
    free = [one for one in staff if one.free_in <= 0]
    return [
        Proposal(one.key, other.key, (dispatch.Reason.FIRST,))
        for one, other in zip(queue, free, strict=False)
    ]


def replay(day: LobbyDay, rule: Rule) -> list[Served]:
    """Everybody who came, with how long they waited under this rule.

    The branch closes its doors, not its lobby: whoever is in is served, by whoever is last there.
    """
    lobby, served = _Lobby(day), []
    arrivals = sorted(day.arrivals, key=lambda one: (one.at, one.key))
    minute = arrivals[0].at if arrivals else 0
    while arrivals or lobby.waiting:
        while arrivals and arrivals[0].at <= minute:
            lobby.waiting.append(arrivals.pop(0))
        served += lobby.decide(minute, rule)
        minute += 1
    return served


class _Lobby:
    """Who waits and who is with whom, right now."""

    def __init__(self, day: LobbyDay) -> None:
        self.waiting: list[Arrival] = []
        self._shifts = {shift.key: shift for shift in day.staff}
        self._closes = max(end for shift in day.staff for _start, end in shift.spans)
        self._until = dict.fromkeys(self._shifts, 0)
        self._expected_until = dict.fromkeys(self._shifts, 0.0)
        self._busy = dict.fromkeys(self._shifts, 0)

    def decide(self, minute: int, rule: Rule) -> list[Served]:
        """Ask the rule once, and let those whom it names begin."""
        if not self.waiting:
            return []
        proposals = rule([self._seen(one, minute) for one in self.waiting], self._staff(minute))
        here = {one.key: one for one in self.waiting}
        return [self._begin(here[p.waiting], p.assistant, minute) for p in proposals]

    def _staff(self, minute: int) -> list[Assistant]:
        return [
            Assistant(
                key,
                free_in=max(1.0, self._expected_until[key] - minute)
                if self._until[key] > minute
                else 0.0,
                busy=self._busy[key],
                skills=shift.skills,
            )
            for key, shift in self._shifts.items()
            if shift.on_duty(minute) or minute >= self._closes
        ]

    def _seen(self, one: Arrival, minute: int) -> Waiting:
        practised = frozenset(k for k, shift in self._shifts.items() if shift.practised)
        return Waiting(
            key=one.key,
            waited=minute - one.at,
            minutes=one.expected,
            needs=one.needs,
            age=one.age,
            booked=one.booked,
            complex=one.complex,
            skills=one.skills,
            familiar=one.familiar,
            practised=practised,
        )

    def _begin(self, one: Arrival, key: int, minute: int) -> Served:
        self.waiting.remove(one)
        self._until[key] = minute + one.minutes
        self._expected_until[key] = minute + one.expected
        self._busy[key] += one.minutes
        missing = not one.skills <= self._shifts[key].skills
        return Served(one, key, minute - one.at, missing)
