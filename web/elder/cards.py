"""A booking in a list, whatever it is: a visit at home, or company at a branch."""

from dataclasses import dataclass
from datetime import datetime

from foundation.errors import Words


@dataclass(frozen=True)
class Standing:
    """How a booking stands, for the person it is for."""

    tone: str
    words: Words
    next: Words


@dataclass(frozen=True)
class Card:
    """What a list shows of a booking; the whole card leads to its page."""

    url: str
    start: datetime
    hours: str
    what: str
    where: str
    called: str
    standing: Standing
    is_ahead: bool
