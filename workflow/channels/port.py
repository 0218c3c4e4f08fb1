"""What a channel is, and the three ways in which it may fail. Words hold no personal data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


class ChannelError(Exception):
    """It did not go out this time. ``words`` are for the operations page: no personal data."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class RetrySoon(ChannelError):
    """The gateway was busy or gone; the next try may work."""


class RetrySlowly(ChannelError):
    """Not before somebody has done something: paid the bill, mended the key, waited for a day."""


class NeverRetry(ChannelError):
    """Trying again cannot help: the number does not exist, the text is refused."""


class Channel(Protocol):
    """Send one text to one phone; the same ``key`` again must not send it again.

    Raises ``RetrySoon``, ``RetrySlowly`` or ``NeverRetry``.
    """

    def send(self, *, key: str, to: str, body: str) -> None: ...


@dataclass(frozen=True)
class Filled:
    """A template that a gateway has approved, and what it is filled with, in its order."""

    template: str
    version: int
    language: str
    facts: Mapping[str, str]

    @property
    def code(self) -> str:
        """Its name in the settings: ``visit_announced.1.zh-hans``, ``….family`` for family."""
        family = ".family" if "for" in self.facts else ""
        return f"{self.template}.{self.version}.{self.language}{family}"


@runtime_checkable
class ByTemplate(Protocol):
    """A channel that takes no free text, as SMS in China: an approved template and its facts.

    Raises as :class:`Channel`.
    """

    def send_template(self, *, key: str, to: str, filled: Filled) -> None: ...


def sort_code(code: str, words: str, *, soon: Iterable[str], never: Iterable[str]) -> ChannelError:
    """The error for a gateway's own code, by how it begins; one that nobody knows is slow."""
    said = f"{words}: {code or 'no code'}"[:200]
    if any(code.startswith(start) for start in never):
        return NeverRetry(said)
    if any(code.startswith(start) for start in soon):
        return RetrySoon(said)
    return RetrySlowly(said)
