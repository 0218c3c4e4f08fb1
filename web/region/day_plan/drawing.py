"""The day as a drawing: one line a person, in units of minutes from left to right.

Plain numbers for SVG attributes; every shape differs without colour, and a table says the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from appointments.day_board import Board, PersonDay, Piece
from branches.models import CommitmentKind
from branches.queries import local_moment

At = Callable[[datetime], int]

LINE = 44
HEAD = 30
NAMES = 150
MARGIN = 12
SCALE = 2
HOUR = 60


@dataclass(frozen=True)
class Bar:
    """A stretch of time on somebody's line; ``kind`` is its shape, ``text`` stands in it."""

    kind: str
    x: int
    width: int
    y: int
    height: int
    text: str = ""

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def baseline(self) -> int:
        return self.y + self.height // 2 + 5


@dataclass(frozen=True)
class Line:
    """One person: where their line is, and what is on it."""

    name: str
    branch: str
    y: int
    bars: tuple[Bar, ...]

    @property
    def name_y(self) -> int:
        return self.y + 18

    @property
    def branch_y(self) -> int:
        return self.y + 33


@dataclass(frozen=True)
class Tick:
    """An hour of the clock."""

    x: int
    text: str


@dataclass(frozen=True)
class Drawing:
    """Everything with its place; ``now`` is where the present moment is, on the day itself."""

    width: int
    height: int
    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    now: int | None


def drawn(board: Board, numbers: Mapping[int, int], now: datetime) -> Drawing:
    """The board on paper; ``numbers`` are those of the visits in the table."""
    midnight = local_moment(board.day, time.min)
    first, last = _limits(board, midnight)

    def at(moment: datetime) -> int:
        minute = int((moment - midnight).total_seconds() // 60)
        return NAMES + (min(max(minute, first), last) - first) * SCALE

    lines = tuple(
        Line(
            person.staff.name,
            person.staff.branch.name,
            HEAD + row * LINE,
            tuple(_bars(person, numbers, HEAD + row * LINE, at)),
        )
        for row, person in enumerate(board.people)
    )
    ticks = tuple(
        Tick(NAMES + (minute - first) * SCALE, f"{minute // HOUR}:00")
        for minute in range(first, last + 1, HOUR)
    )
    width = NAMES + (last - first) * SCALE + MARGIN
    return Drawing(
        width=width,
        height=HEAD + len(lines) * LINE + MARGIN,
        lines=lines,
        ticks=ticks,
        now=at(now) if _is_within(now, midnight, (first, last)) else None,
    )


def _limits(board: Board, midnight: datetime) -> tuple[int, int]:
    """The hours that the day needs, in minutes."""
    spans = [piece.commitment.span for person in board.people for piece in person.pieces]
    moments: Sequence[datetime] = [
        *(person.on_duty[0] for person in board.people if person.on_duty),
        *(person.on_duty[1] for person in board.people if person.on_duty),
        *(s.lower for s in spans),
        *(s.upper for s in spans),
    ]
    minutes = [int((moment - midnight).total_seconds() // 60) for moment in moments]
    first, last = min(minutes, default=9 * HOUR), max(minutes, default=17 * HOUR)
    return max(0, first // HOUR * HOUR), min(24 * HOUR, -(-last // HOUR) * HOUR)


def _is_within(now: datetime, midnight: datetime, limits: tuple[int, int]) -> bool:
    minute = (now - midnight).total_seconds() / 60
    return limits[0] <= minute <= limits[1]


def _bars(person: PersonDay, numbers: Mapping[int, int], y: int, at: At) -> Sequence[Bar]:
    bars: list[Bar] = []
    for number, piece in enumerate(person.pieces):
        span = piece.commitment.span
        if piece.visit is not None:
            opens, closes = at(piece.visit.window.lower), at(piece.visit.window.upper)
            # Windows that overlap stand at two heights, so that each is seen whole.
            bars.append(Bar("window", opens, closes - opens, y + 1 + 5 * (number % 2), 6))
        if piece.road_minutes:
            bars.append(_bar("road", at(span.lower), at(piece.arrives), y))
        bars.append(_stay(piece, numbers, at(piece.arrives), at(span.upper), y))
    return bars


def _stay(piece: Piece, numbers: Mapping[int, int], left: int, right: int, y: int) -> Bar:
    if piece.visit is None:
        away = piece.commitment.kind == CommitmentKind.LEAVE
        return _bar("away" if away else "other", left, right, y)
    number = numbers.get(piece.visit.pk, 0)
    return _bar("visit", left, right, y, text=f"{number}")


def _bar(kind: str, left: int, right: int, y: int, *, text: str = "") -> Bar:
    return Bar(kind, left, max(right - left, 2), y + 12, LINE - 18, text)
