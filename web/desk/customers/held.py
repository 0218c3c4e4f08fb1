"""An export as a person reads it: headings, lines, and a word for everything that is empty."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, str | Promise] = {
    "records": _("Who they are"),
    "appointments": _("Appointments"),
    "audits": _("Complaints and findings"),
    "name": _("Name"),
    "preferred_name": _("Likes to be called"),
    "birth_year": _("Year of birth"),
    "birth_date": _("Date of birth"),
    "phone": _("Phone"),
    "address": _("Address"),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
    "needs": _("Needs"),
    "circumstances": _("How they live"),
    "contact_by": _("How to reach them"),
    "note": _("Note"),
    "registered_at": _("Registered"),
    "representatives": _("Who may ask for them"),
    "consents": _("Consents"),
    "identity_checks": _("Identity checks"),
    "decisions": _("Decisions about home visits"),
    "escorts": _("Company at a branch"),
    "messages": _("Messages"),
    "read_by": _("Who has read it in full"),
    "events": _("What happened"),
    "visits": _("Home visits"),
    "waiting_list": _("Waiting list"),
    "erasure_requests": _("Wishes to be forgotten"),
    "relation": _("Relation"),
    "matter": _("For what"),
    "given": _("How it was given"),
    "evidence": _("Evidence"),
    "from": _("From"),
    "until": _("Until"),
    "withdrawn_at": _("Withdrawn"),
    "photo_of_paper": _("Photo of the paper"),
    "status": _("Status"),
    "service": _("Service"),
    "branch": _("Branch"),
    "window": _("Time"),
    "asked_by": _("Asked by"),
    "words": _("In words"),
    "door": _("Place"),
    "text": _("Text"),
    "kind": _("Kind"),
    "at": _("When"),
    "why": _("Why"),
    "what": _("What"),
    "id": _("Number of the record"),
}


@dataclass(frozen=True)
class Section:
    """A heading with its lines, and sections below it."""

    title: str | Promise
    lines: list[tuple[str | Promise, str]] = field(default_factory=list)
    inner: "list[Section]" = field(default_factory=list)


def sections(everything: dict[str, Any]) -> list[Section]:
    """The whole export, room by room; the moment of the export stands beside it."""
    return [_section(name, rows) for name, rows in everything.items() if name != "made_at"]


def _section(name: str, value: Any) -> Section:
    section = Section(WORDS.get(name, name))
    for row in value if isinstance(value, list) else [value]:
        part = Section("")
        for key, inner in row.items() if isinstance(row, dict) else [(name, row)]:
            if _is_rows(inner):
                part.inner.append(_section(key, inner))
            elif isinstance(inner, dict) and inner:
                part.inner.append(_section(key, [inner]))
            else:
                part.lines.append((WORDS.get(key, key), ", ".join(_plain(inner))))
        section.inner.append(part)
    return section


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _plain(value: Any) -> Iterator[str]:
    if value is None or value in ("", [], {}):
        yield "–"
    elif isinstance(value, list):
        for one in value:
            yield from _plain(one)
    else:
        yield str(value)
