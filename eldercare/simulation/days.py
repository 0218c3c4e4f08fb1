"""One day of a lobby: who comes when, for what, and who is there. Minutes from midnight."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

OPENS, CLOSES = 9 * 60, 17 * 60
# Shares of a day's arrivals by hour where a branch has no history: old people come in the morning.
USUAL_HOURS: Mapping[int, float] = {
    9: 0.23, 10: 0.20, 11: 0.13, 12: 0.06, 13: 0.07, 14: 0.13, 15: 0.12, 16: 0.06,
}  # fmt: skip
# Pensions are paid in the middle of the month, and many come the same morning.
PENSION_DAYS = frozenset({14, 15, 16})
PENSION_PEAK = 1.3
# How far a business strays from its usual length: sigma of the logarithm.
LENGTH_SPREAD = 0.45
NEEDS_SHARE, SECOND_NEED_SHARE, SKILL_SHARE = 0.35, 0.3, 0.08
BOOKED_SHARE = 0.1
KNOWN_SHARE = 0.5


@dataclass(frozen=True)
class Business:
    """What people come for: its usual length in minutes, its share, and whether it is hard."""

    minutes: float
    share: float
    complex: bool = False


@dataclass(frozen=True)
class Arrival:
    """One person. ``minutes`` is how long it will really take; dispatch knows only ``expected``."""

    key: int
    at: int
    minutes: int
    expected: float
    needs: int = 0
    age: int = 70
    booked: bool = False
    complex: bool = False
    skills: frozenset[str] = frozenset()
    familiar: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Shift:
    """One assistant's day: ``spans`` on duty, in minutes from midnight."""

    key: int
    spans: tuple[tuple[int, int], ...]
    skills: frozenset[str] = frozenset()
    practised: bool = True

    def on_duty(self, minute: int) -> bool:
        return any(start <= minute < end for start, end in self.spans)


@dataclass(frozen=True)
class Habits:
    """How a branch's days go: people a day, their share by hour, what they come for."""

    arrivals: float
    business: Sequence[Business]
    hours: Mapping[int, float] = field(default_factory=lambda: dict(USUAL_HOURS))


@dataclass(frozen=True)
class LobbyDay:
    arrivals: tuple[Arrival, ...]
    staff: tuple[Shift, ...]


def day_of(habits: Habits, staff: Sequence[Shift], *, day_of_month: int, seed: int) -> LobbyDay:
    """One day from a seed; the same seed gives the same day."""
    chance = random.Random(f"{seed}:{day_of_month}")  # noqa: S311  # believable, not secret
    peak = PENSION_PEAK if day_of_month in PENSION_DAYS else 1.0
    minutes = sorted(
        minute
        for hour, share in habits.hours.items()
        for minute in _arrivals_of_hour(chance, hour, habits.arrivals * peak * share)
    )
    people = [_person(chance, key, minute, habits, staff) for key, minute in enumerate(minutes)]
    return LobbyDay(tuple(people), tuple(staff))


def _arrivals_of_hour(chance: random.Random, hour: int, expected: float) -> list[int]:
    """A Poisson stream within an hour."""
    found, moment = [], 0.0
    while expected > 0:
        moment += chance.expovariate(expected / 60.0)
        if moment >= 60.0:
            break
        found.append(hour * 60 + int(moment))
    return found


def _person(
    chance: random.Random, key: int, at: int, habits: Habits, staff: Sequence[Shift]
) -> Arrival:
    [business] = chance.choices(habits.business, [one.share for one in habits.business])
    needs = 0
    if chance.random() < NEEDS_SHARE:
        needs = 2 if chance.random() < SECOND_NEED_SHARE else 1
    spoken = sorted({skill for one in staff for skill in one.skills})
    wants = bool(spoken) and needs > 0 and chance.random() < SKILL_SHARE / NEEDS_SHARE
    return Arrival(
        key=key,
        at=at,
        minutes=max(1, round(business.minutes * chance.lognormvariate(0.0, LENGTH_SPREAD))),
        expected=business.minutes,
        needs=needs,
        age=round(chance.triangular(60, 95, 72)),
        booked=chance.random() < BOOKED_SHARE,
        complex=business.complex,
        skills=frozenset({chance.choice(spoken)}) if wants else frozenset(),
        familiar=frozenset({chance.choice(staff).key})
        if staff and chance.random() < KNOWN_SHARE
        else frozenset(),
    )
