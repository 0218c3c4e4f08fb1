"""What the planner answers when it is asked for one more visit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from planning.day import Window
from planning.errors import PlanningError


@dataclass(frozen=True, slots=True)
class Shift:
    """A promise whose leading journey changes because somebody now comes from elsewhere.

    It begins at another minute; it arrives, and is kept, exactly as before.

    Attributes
    ----------
    key : int
        Name of the promise, as given.
    departs : int
        New start of its stored span.
    arrives : int
        Unchanged minute of arrival.
    origin : int
        Place they now come from.
    travel : int
        Minutes of the new journey.
    """

    key: int
    departs: int
    arrives: int
    origin: int
    travel: int


@dataclass(frozen=True, slots=True)
class Leg:
    """One person's part in an offer: the span to store, and how they come and go.

    Attributes
    ----------
    person : int
        Id of the person.
    role : int
        Mask of the role they take.
    departs, arrives, ends : int
        ``[departs, ends)`` is the whole guarded span: journey, set-up, service, leave-taking.
    origin : int
        Place they come from.
    travel : int
        Minutes of the journey to the door.
    added : int
        Minutes of travel this visit adds to their day (negative if the detour is shorter than
        the direct way).
    shift : Shift or None
        The next promise, if its leading journey changes.
    home_by : int or None
        Minute at which they can be back at their end place, if that is what comes next.
    """

    person: int
    role: int
    departs: int
    arrives: int
    ends: int
    origin: int
    travel: int
    added: int
    shift: Shift | None
    home_by: int | None


@dataclass(frozen=True, slots=True)
class Offer:
    """A proof that the visit can be kept: who, when, and every minute it takes.

    Attributes
    ----------
    window : Window
        The window it answers.
    start, end : int
        Minutes between which the service is given; all people are there for all of it.
    legs : tuple of Leg
        One per role asked, in the order asked.
    added : int
        Minutes of travel added to all their days together.
    score : int
        ``added`` plus handicaps: what offers are compared by.
    """

    window: Window
    start: int
    end: int
    legs: tuple[Leg, ...]
    added: int
    score: int


class Reason(StrEnum):
    """Why nothing fits; the first of these that is true, from the hardest to change."""

    NO_ROLE = "no_role"
    """Nobody has one of the roles."""
    EXCLUDED = "excluded"
    """Somebody has it, but only people who must not be sent."""
    ONE_PERSON = "one_person"
    """Two people are needed, but only one and the same has the roles."""
    NO_ROSTER = "no_roster"
    """Nobody with one of the roles works then."""
    NO_COMMON_ROSTER = "no_common_roster"
    """For each role somebody works then, but no two at one moment."""
    TOO_FAR = "too_far"
    """They work then, but could not come and be back in time even on an empty day."""
    BUSY = "busy"
    """Everybody with one of the roles has promised the time to others."""
    NOT_TOGETHER = "not_together"
    """For each role somebody is free in the window, but no two at one moment."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing fits a window, and why.

    Attributes
    ----------
    window : Window
        The window it answers.
    reason : Reason
        What stands in the way.
    role : int or None
        Mask of the role that lacks, when it is one.
    """

    window: Window
    reason: Reason
    role: int | None = None


class NotProven(PlanningError):
    """The people named cannot keep this visit at this minute any more.

    Attributes
    ----------
    refusal : Refusal
        Why, in the planner's terms.
    """

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"cannot be kept: {refusal.reason}")
        self.refusal = refusal
