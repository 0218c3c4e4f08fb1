"""Words for codes that the desk shows."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices

from eldercare.models import Need
from foundation.models import Event


@dataclass(frozen=True)
class Happened:
    """One line of a history: the event, and the status that it led to in words."""

    event: Event
    words: str


def history(events: Iterable[Event], statuses: type[TextChoices]) -> list[Happened]:
    """What happened to a row, in order, in words."""
    return [Happened(event, str(statuses(event.to_status).label)) for event in events]


def need_words(needs: Iterable[str]) -> list[str]:
    """Each need in words; a code that we no longer know says itself."""
    return [str(Need(code).label) if code in Need.values else code for code in needs]
