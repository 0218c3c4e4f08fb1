"""Words for codes that the desk shows."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from eldercare.dispatch import Reason
from eldercare.models import Need
from foundation.models import Event

# Why somebody is sent, as one says it across a lobby.
REASONS: dict[Reason, str | Promise] = {
    Reason.WAITED_LONG: _("has waited too long"),
    Reason.NEEDS: _("has special needs"),
    Reason.GREAT_AGE: _("is over 80"),
    Reason.BOOKED: _("has booked"),
    Reason.SHORT: _("is quickly served"),
    Reason.FIRST: _("came first"),
    Reason.SKILL: _("speaks their language"),
    Reason.FAMILIAR: _("knows them already"),
    Reason.PRACTISED: _("is practised in this business"),
    Reason.FAIR_SHARE: _("has had the shortest day"),
    Reason.FREE: _("is free"),
}

# What happened to somebody's place in a branch.
STAFF_EVENTS: dict[str, str | Promise] = {
    "works_here": _("works here"),
    "corrected": _("particulars changed"),
    "left": _("has left"),
}


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
