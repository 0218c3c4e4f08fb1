"""A booking for the phone's own calendar: when and what, and nothing about the person (RFC 5545).

A visit keeps its place in the calendar when it moves, and leaves it when it is cancelled: the file
goes on under the first visit's name, with a number that grows.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from appointments.models import HomeVisit
from appointments.states import VisitStatus
from eldercare.models import Escort
from eldercare.states import EscortStatus
from foundation import clock
from foundation.errors import Words
from web.context import phone_line
from web.elder.access import get_escort_of_or_404, get_visit_of_or_404
from web.elder.caller import ElderRequest, signed_in

LINE_BYTES = 75
CONFIRMED, TENTATIVE, CANCELLED = "CONFIRMED", "TENTATIVE", "CANCELLED"
VISIT_STANDS = {
    VisitStatus.REQUESTED: TENTATIVE,
    VisitStatus.CANCELLED: CANCELLED,
    VisitStatus.DECLINED: CANCELLED,
}


@dataclass(frozen=True)
class Entry:
    """What a calendar is told; the same ``name`` with a larger ``sequence`` takes its place."""

    name: UUID
    sequence: int
    start: datetime
    end: datetime
    status: str
    summary: Words
    words: Words


@require_safe
@signed_in
def visit(request: ElderRequest, public_id: UUID) -> HttpResponse:
    """The visit as an iCalendar file; the phone offers to put it into its calendar."""
    found, _person = get_visit_of_or_404(request, public_id)
    return _file(request, entry_of_visit(found))


@require_safe
@signed_in
def company(request: ElderRequest, public_id: UUID) -> HttpResponse:
    """Company at a branch, likewise."""
    found, _person = get_escort_of_or_404(request, public_id)
    return _file(request, _entry_of_company(found))


def entry_of_visit(found: HomeVisit) -> Entry:
    """A visit's place in a calendar; one that was moved goes on in its successor's."""
    first, sequence = found, found.version
    while first.replaces is not None:
        first = first.replaces
        sequence += first.version
    return Entry(
        name=first.public_id,
        sequence=sequence,
        start=found.window.lower,
        end=found.window.upper,
        status=VISIT_STANDS.get(VisitStatus(found.status), CONFIRMED),
        summary=_("Home visit by the bank (Nuanban)"),
        words=_("Two of our people come. Check their code first. Questions: %(phone)s")
        % {"phone": phone_line()},
    )


def _entry_of_company(found: Escort) -> Entry:
    start = found.booked_for or found.arrived_at
    cancelled = found.status == EscortStatus.CANCELLED
    return Entry(
        name=found.public_id,
        sequence=int(cancelled),
        start=start,
        end=start + timedelta(minutes=found.service_version.minutes),
        status=CANCELLED if cancelled else CONFIRMED,
        summary=_("Company at the bank (Nuanban)"),
        words=_("%(branch)s, %(address)s. Questions: %(phone)s")
        % {
            "branch": found.branch.name,
            "address": found.branch.address,
            "phone": phone_line(),
        },
    )


def _file(request: HttpRequest, entry: Entry) -> HttpResponse:
    answer = HttpResponse(as_text(entry, request), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="nuanban.ics"'
    return answer


def as_text(entry: Entry, request: HttpRequest) -> str:
    """The lines of the file, folded and ended as the standard wants them."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Nuanban//Elder//EN",
        f"METHOD:{'CANCEL' if entry.status == CANCELLED else 'PUBLISH'}",
        "BEGIN:VEVENT",
        f"UID:{entry.name}@{request.get_host().split(':')[0]}",
        f"SEQUENCE:{entry.sequence}",
        f"STATUS:{entry.status}",
        f"DTSTAMP:{_stamp(clock.now())}",
        f"DTSTART:{_stamp(entry.start)}",
        f"DTEND:{_stamp(entry.end)}",
        f"SUMMARY:{_escaped(entry.summary)}",
        f"DESCRIPTION:{_escaped(entry.words)}",
        f"URL:{request.build_absolute_uri('./')}",
        *([] if entry.status == CANCELLED else _alarm(entry)),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _alarm(entry: Entry) -> list[str]:
    """Two hours before, the phone says so."""
    return [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-PT2H",
        f"DESCRIPTION:{_escaped(entry.summary)}",
        "END:VALARM",
    ]


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: Words) -> str:
    text = str(text)
    for character in ("\\", ";", ","):
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Lines of at most 75 bytes; what follows begins with a space. Characters stay whole."""
    parts, size = [""], 0
    for character in line:
        width = len(character.encode())
        if size + width > LINE_BYTES:
            parts.append(" ")
            size = 1
        parts[-1] += character
        size += width
    return "\r\n".join(parts)
