"""Where does one more visit fit without moving anybody's promise?

Exact: every pair of people at every minute, not a heuristic. Each free stretch of a person's day
admits one interval of start minutes at one price (the detour), so the whole day becomes a table
people x minutes; the best pair at a minute is the best first with the best second, or, where these
are one person, the better of the two ways to replace them. Ordered by (travel added with
handicaps, load, earliest start, order of people).

>>> import numpy as np
>>> roads = np.array([[0, 20], [15, 0]])
>>> anna = Person(1, ((480, 1020),), 0, 0, roles=1)
>>> bai = Person(2, ((540, 1020),), 0, 0, roles=2)
>>> [answer] = windows(Day([anna, bai], roads), Request(1, 30, (1, 2)), [Window(540, 659)])
>>> answer.start, answer.added, [leg.departs for leg in answer.legs]
(560, 70, [540, 540])
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from planning.day import Day, Ints, Person, Promise, Request, Window
from planning.errors import InvalidDay
from planning.offer import Leg, NotProven, Offer, Reason, Refusal, Shift
from planning.slots import FAR, NOWHERE

__all__ = [
    "Day",
    "Leg",
    "NotProven",
    "Offer",
    "Person",
    "Promise",
    "Reason",
    "Refusal",
    "Request",
    "Shift",
    "Window",
    "best_offer",
    "fits",
    "prove",
    "windows",
]

NEVER = 1 << 62
LOAD_BITS = 16
ROW_BITS = 22
"""A key is score, load and row in one number, so that one minimum finds the person too."""


def windows(
    day: Day, request: Request, asked: Sequence[Window], *, explain: bool = True
) -> list[Offer | Refusal]:
    """Answer each window with the best offer, or with the reason why there is none.

    Parameters
    ----------
    day : Day
        People and promises as they stand.
    request : Request
        The visit.
    asked : sequence of Window
        Windows in any order, overlapping as they like.
    explain : bool
        False skips the search for the exact reason (``BUSY`` is then said for all).

    Returns
    -------
    list of Offer or Refusal
        One per window, in the order asked.
    """
    for window in asked:
        if not 0 <= window.earliest <= window.latest < FAR:
            raise InvalidDay(f"a window needs 0 <= earliest <= latest, got {window}")
    if not 0 <= request.place < len(day.travel):
        raise InvalidDay(f"place {request.place} is not in the travel table")
    if not asked:
        return []
    table = _Table.of(day, request, asked)
    found = [table.best(window) for window in asked]
    refused = [window for window, best in zip(asked, found, strict=True) if best is None]
    reasons = _refusals(day, request, refused, table) if explain else {}
    return [
        reasons.get(window, Refusal(window, Reason.BUSY))
        if best is None
        else _offer(day, request, window, table, *best)
        for window, best in zip(asked, found, strict=True)
    ]


def best_offer(day: Day, request: Request, asked: Iterable[Window]) -> Offer | None:
    """Best offer over several windows: least score, then the earliest start."""
    answers = windows(day, request, list(asked), explain=False)
    offers = [answer for answer in answers if isinstance(answer, Offer)]
    return min(offers, key=lambda offer: (offer.score, offer.start), default=None)


def prove(day: Day, request: Request, start: int, pair: Sequence[int]) -> Offer:
    """Prove again, on the day as it is now, that these people can start at this very minute.

    Parameters
    ----------
    pair : sequence of int
        Ids, in the order of the request's roles.

    Raises
    ------
    NotProven
        With the refusal, if they cannot.
    """
    window = Window(start, start)
    answer = _among(day, request, window, pair)
    if isinstance(answer, Refusal):
        raise NotProven(answer)
    return answer


def fits(day: Day, request: Request, window: Window, pair: Sequence[int]) -> bool:
    """Whether these people, in these roles, can keep the visit somewhere in the window."""
    return isinstance(_among(day, request, window, pair), Offer)


def _among(day: Day, request: Request, window: Window, pair: Sequence[int]) -> Offer | Refusal:
    """Answer for the named people alone, each in the role at their position."""
    if len(pair) != len(request.roles):
        raise InvalidDay(f"{len(request.roles)} people are needed, got {len(pair)}")
    if len(set(pair)) != len(pair):
        return Refusal(window, Reason.ONE_PERSON)
    people, masks = [], []
    for bit, (identity, needed) in enumerate(zip(pair, request.roles, strict=True)):
        if identity not in day.rows:
            return Refusal(window, Reason.NO_ROSTER, needed)
        person = day.people[day.rows[identity]]
        able = person.roles & needed == needed
        people.append(replace(person, roles=1 << bit if able else 0))
        masks.append(1 << bit)
    [answer] = windows(Day(people, day.travel), replace(request, roles=tuple(masks)), [window])
    role_of = dict(zip(masks, request.roles, strict=True))
    if isinstance(answer, Refusal):
        return replace(answer, role=None if answer.role is None else role_of[answer.role])
    return replace(answer, legs=tuple(replace(leg, role=role_of[leg.role]) for leg in answer.legs))


class _Table(NamedTuple):
    """People x minutes: at which price can each person start the visit at each minute?

    Attributes
    ----------
    first : int
        Minute of column 0.
    slot : ndarray, shape (people, minutes)
        1 + the slot that admits the start; 0 where none does.
    keys : tuple of ndarray, each shape (people with the role, minutes)
        Per role: score, load and row of the person in one number; ``NEVER`` where they cannot.
    team : tuple of ndarray, each shape (minutes,)
        Per role, the key of the best one to take it; all distinct, or ``NEVER`` for each.
    total : ndarray, shape (minutes,)
        Score and load of that team together; ``NEVER`` where there is none.
    added : ndarray, shape (slots,)
        Minutes of travel each slot would add.
    """

    first: int
    slot: Ints
    keys: tuple[Ints, ...]
    team: tuple[Ints, ...]
    total: Ints
    added: Ints

    @classmethod
    def of(cls, day: Day, request: Request, asked: Sequence[Window]) -> _Table:
        """Fill the table over the minutes that the windows span."""
        first = min(window.earliest for window in asked)
        last = max(window.latest for window in asked)
        lowest, highest, added = _starts(day, request)
        person = day.columns[0]
        lowest = np.maximum(lowest, first) - first
        highest = np.minimum(highest, last) - first
        some = np.flatnonzero(lowest <= highest)
        slot = np.zeros((len(day.people), last - first + 2), dtype=np.int64)
        slot[person[some], lowest[some]] += some + 1
        slot[person[some], highest[some] + 1] -= some + 1
        np.cumsum(slot, axis=1, out=slot)
        score = added + _handicaps(day, request)[person]
        key = (score << (LOAD_BITS + ROW_BITS)) + (day.loads[person] << ROW_BITS) + person
        price = np.concatenate([np.array([NEVER]), key])
        keys = tuple(price[slot[_able(day, request, role)]] for role in request.roles)
        team = _best_team(keys, slot.shape[1])
        total = np.sum([member >> ROW_BITS for member in team], axis=0)
        total[np.any([member == NEVER for member in team], axis=0)] = NEVER
        return cls(first, slot, keys, team, total, added)

    def best(self, window: Window) -> tuple[int, tuple[int, ...]] | None:
        """Best start minute in the window and the rows of the people, or None."""
        begin = window.earliest - self.first
        at = begin + int(self.total[begin : window.latest - self.first + 1].argmin())
        if self.total[at] == NEVER:
            return None
        rows = tuple(int(member[at]) & ((1 << ROW_BITS) - 1) for member in self.team)
        return self.first + at, rows


def _best_team(parts: Sequence[Ints], minutes: int) -> tuple[Ints, ...]:
    """Per minute, the keys of the best people, one per role and distinct."""
    if any(not len(part) for part in parts):
        return tuple(np.full(minutes, NEVER) for _part in parts)
    if len(parts) == 1:
        return (parts[0].min(axis=0),)
    best = [part.min(axis=0) for part in parts]
    second = [
        np.where(part == least, NEVER, part).min(axis=0)
        for part, least in zip(parts, best, strict=True)
    ]
    mask = (1 << ROW_BITS) - 1
    same = (best[0] & mask == best[1] & mask) & (best[0] != NEVER) & (best[1] != NEVER)
    # Halved, so that two times NEVER stays a number.
    keep_first = (best[0] >> 1) + (second[1] >> 1) <= (second[0] >> 1) + (best[1] >> 1)
    return (
        np.where(same & ~keep_first, second[0], best[0]),
        np.where(same & keep_first, second[1], best[1]),
    )


def _starts(day: Day, request: Request) -> tuple[Ints, Ints, Ints]:
    """First and last start minute that each slot admits (empty if first > last), and its price."""
    person, start, end, before, after, due, bound, homeward, direct = day.columns
    inward = day.travel[before, request.place]
    onward = np.where(after == NOWHERE, 0, day.travel[request.place, after])
    lowest = start + inward + request.setup
    free_by = np.minimum(end, np.where(due == FAR, FAR, due - onward))
    free_by = np.where((due != FAR) & (due - onward < bound), -FAR, free_by)
    home = np.flatnonzero(homeward)
    if len(home):
        length = end[home] - start[home]
        latest = np.where(length >= onward[home], end[home] - onward[home], -FAR)
        by_person = np.full(len(day.people), -FAR, dtype=np.int64)
        np.maximum.at(by_person, person[home], latest)
        free_by[home] = np.minimum(free_by[home], by_person[person[home]])
    return lowest, free_by - request.leave - request.duration, inward + onward - direct


def _able(day: Day, request: Request, role: int) -> Ints:
    """Rows of the people who have the role and may be sent."""
    rows = np.flatnonzero(day.roles & role == role)
    if request.excluded:
        kept = [row for row in rows.tolist() if day.people[row].id not in request.excluded]
        rows = np.array(kept, dtype=np.int64)
    return rows.astype(np.int64, copy=False)


def _handicaps(day: Day, request: Request) -> Ints:
    """Minutes added to each person's journey for comparison, shape (people,)."""
    handicaps = np.zeros(len(day.people), dtype=np.int64)
    for identity, minutes in request.handicaps.items():
        if identity in day.rows:
            handicaps[day.rows[identity]] = minutes
    return handicaps


def _offer(
    day: Day,
    request: Request,
    window: Window,
    table: _Table,
    start: int,
    rows: tuple[int, ...],
) -> Offer:
    """Write out who leaves when and which journeys change."""
    handicaps = _handicaps(day, request)
    legs = tuple(
        _leg(day, request, start, role, int(table.slot[row, start - table.first]) - 1, table)
        for role, row in zip(request.roles, rows, strict=True)
    )
    added = sum(leg.added for leg in legs)
    score = added + sum(int(handicaps[row]) for row in rows)
    return Offer(window, start, start + request.duration, legs, added, score)


def _leg(day: Day, request: Request, start: int, role: int, index: int, table: _Table) -> Leg:
    """One person's part: journey to the door, and what changes after it."""
    slot = day.slots[index]
    arrives = start - request.setup
    ends = start + request.duration + request.leave
    travel = int(day.travel[slot.before, request.place])
    onward = 0 if slot.after == NOWHERE else int(day.travel[request.place, slot.after])
    shift = None
    if slot.shifted is not None:
        shift = Shift(slot.shifted.key, slot.due - onward, slot.due, request.place, onward)
    return Leg(
        person=day.people[slot.person].id,
        role=role,
        departs=arrives - travel,
        arrives=arrives,
        ends=ends,
        origin=slot.before,
        travel=travel,
        added=int(table.added[index]),
        shift=shift,
        home_by=_home_by(day, index, ends, onward) if slot.homeward else None,
    )


def _home_by(day: Day, index: int, ends: int, onward: int) -> int:
    """First minute at which the person can be back, walking around promises without place."""
    person = day.slots[index].person
    for slot in day.slots[index:]:
        if slot.person == person and max(slot.start, ends) + onward <= slot.end:
            return max(slot.start, ends) + onward
    raise AssertionError("an offer was made that leaves no way home")


def _refusals(
    day: Day, request: Request, refused: Sequence[Window], table: _Table
) -> dict[Window, Refusal]:
    """For each window refused, the first reason that is true, from the hardest to change."""
    if not refused:
        return {}
    nobody = _nobody(day, request)
    if nobody is not None:
        reason, role = nobody
        return {window: Refusal(window, reason, role) for window in refused}
    layers = (
        (_Table.of(day.roadless, request, refused), Reason.NO_ROSTER, Reason.NO_COMMON_ROSTER),
        (_Table.of(day.unpromised, request, refused), Reason.TOO_FAR, Reason.TOO_FAR),
        (table, Reason.BUSY, Reason.NOT_TOGETHER),
    )
    return {
        window: next(
            _lacking(request, window, layer, alone, together)
            for layer, alone, together in layers
            if layer.best(window) is None
        )
        for window in refused
    }


def _nobody(day: Day, request: Request) -> tuple[Reason, int | None] | None:
    """Reason that holds whatever the time: there are no such people."""
    able = [set(_able(day, request, role).tolist()) for role in request.roles]
    for role, rows in zip(request.roles, able, strict=True):
        if not (day.roles & role == role).any():
            return Reason.NO_ROLE, role
        if not rows:
            return Reason.EXCLUDED, role
    if len(able) == 2 and len(able[0] | able[1]) == 1:
        return Reason.ONE_PERSON, None
    return None


def _lacking(
    request: Request, window: Window, table: _Table, alone: Reason, together: Reason
) -> Refusal:
    """Say which role nobody can fill, or that each can be filled but not at one moment."""
    columns = slice(window.earliest - table.first, window.latest - table.first + 1)
    for role, keys in zip(request.roles, table.keys, strict=True):
        if (keys[:, columns] == NEVER).all():
            return Refusal(window, alone, role)
    return Refusal(window, together)
