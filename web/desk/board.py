"""The lobby board as it is right now: who waits, who is with whom, who is free and should go."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from branches.models import Branch, Staff
from branches.models.skill import Skill
from branches.queries import Duty, Span, live_commitments
from eldercare import queries
from eldercare.lobby import Suggestion, suggestions
from eldercare.models import Escort
from eldercare.room import Room, room_of
from eldercare.states import EscortStatus
from eldercare.waits import ExpectedWait, WaitHistory
from foundation import clock
from web.desk.words import REASONS, need_words

# Beyond what the business usually takes, somebody may need help, or has forgotten to finish.
LONGER_THAN_PLANNED = 30
LONG_WAIT = 10
TOO_LONG_WAIT = 20


@dataclass(frozen=True)
class Place:
    """One person on the board and the minutes that count for them."""

    escort: Escort
    minutes: int
    suggestion: Suggestion | None = None

    @property
    def needs(self) -> list[str]:
        return [
            *need_words(self.escort.needs),
            *(str(Skill(code).label) for code in self.escort.wanted_skills),
        ]

    @property
    def why(self) -> list[str]:
        """Why this person now and why this colleague, in words: the suggestion's one line."""
        reasons = self.suggestion.proposal.reasons if self.suggestion else ()
        return [str(REASONS[reason]) for reason in reasons]

    @property
    def takes_longer(self) -> bool:
        """Accompanied for much longer than the business takes."""
        return self.minutes > self.escort.service_version.minutes + LONGER_THAN_PLANNED

    @property
    def tone(self) -> str:
        """Chip tone: the words beside it say the same."""
        if self.minutes >= TOO_LONG_WAIT:
            return "bad"
        return "wait" if self.minutes >= LONG_WAIT else "ok"


@dataclass(frozen=True)
class Colleague:
    """Somebody at nobody's side; ``until`` when another promise (a visit, leave) keeps them.

    Whoever is not on duty by the roster may still be sent: people do stay on, and rosters err.
    """

    person: Staff
    until: datetime | None
    on_duty: bool

    @property
    def can_go(self) -> bool:
        return self.until is None


@dataclass(frozen=True)
class Board:
    branch: Branch
    waiting: list[Place]
    together: list[Place]
    colleagues: list[Colleague]
    room: Room
    expected: ExpectedWait | None

    @property
    def free(self) -> list[Staff]:
        return [one.person for one in self.colleagues if one.can_go and one.on_duty]

    @property
    def away(self) -> list[Colleague]:
        """Those whom a visit or leave keeps, and those whose shift is over or has not begun."""
        return [one for one in self.colleagues if not (one.can_go and one.on_duty)]


def read_board(user: User, branch: Branch) -> Board:
    """The board of a branch as this person may see it."""
    now = clock.now()
    rows = list(queries.board(user, branch))
    sent = {one.escort.pk: one for one in suggestions(branch, rows)}
    waiting = [
        Place(row, minutes_since(row.arrived_at, now), sent.get(row.pk))
        for row in rows
        if row.status == EscortStatus.WAITING
    ]
    return Board(
        branch=branch,
        # Whoever should be gone to now stands first, then whoever is on the board longest.
        waiting=sorted(waiting, key=lambda place: place.suggestion is None),
        together=[
            Place(row, minutes_since(row.taken_at or row.arrived_at, now))
            for row in rows
            if row.status == EscortStatus.ACCOMPANIED
        ],
        colleagues=colleagues(branch, now),
        room=room_of(branch, len(waiting)),
        expected=WaitHistory(branch).expected(now, len(waiting)),
    )


def colleagues(branch: Branch, now: datetime) -> list[Colleague]:
    """Who is at nobody's side, those on duty first, and until when others are kept away."""
    people = list(queries.free_assistants(branch).select_related("branch"))
    promised = live_commitments(people, now, now + timedelta(minutes=1))
    today = timezone.localdate(now)
    duty = Duty(people, today, today)
    found = [
        Colleague(
            person,
            until=max((row.span.upper for row in promised.get(person.pk, [])), default=None),
            on_duty=_covers(duty.span(person, today), now),
        )
        for person in people
    ]
    return sorted(found, key=lambda one: not one.on_duty)


def _covers(span: Span | None, moment: datetime) -> bool:
    return span is not None and span[0] <= moment < span[1]


def minutes_since(moment: datetime, now: datetime) -> int:
    """Whole minutes, and never less than none: a tablet's clock may run ahead of ours."""
    return max(0, int((now - moment).total_seconds() // 60))
