"""A visit for the phone's own calendar: when and what, and nothing about the person (RFC 5545)."""

from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from appointments.models import HomeVisit
from foundation import clock
from web.context import phone_line
from web.elder.access import get_visit_of_or_404
from web.elder.caller import ElderRequest, signed_in

LINE_BYTES = 75


@require_safe
@signed_in
def visit(request: ElderRequest, public_id: UUID) -> HttpResponse:
    """The visit as an iCalendar file; the phone offers to put it into its calendar."""
    found, _person = get_visit_of_or_404(request, public_id)
    answer = HttpResponse(as_text(found, request), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="nuanban.ics"'
    return answer


def as_text(found: HomeVisit, request: HttpRequest) -> str:
    """The lines of the file, folded and ended as the standard wants them."""
    summary = _("Home visit by the bank (Nuanban)")
    words = _("Two of our people come. Check their code first. Questions: %(phone)s") % {
        "phone": phone_line()
    }
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Nuanban//Elder//EN",
        "BEGIN:VEVENT",
        f"UID:{found.public_id}@{request.get_host().split(':')[0]}",
        f"SEQUENCE:{found.version}",
        f"DTSTAMP:{_stamp(clock.now())}",
        f"DTSTART:{_stamp(found.window.lower)}",
        f"DTEND:{_stamp(found.window.upper)}",
        f"SUMMARY:{_escaped(summary)}",
        f"DESCRIPTION:{_escaped(words)}",
        f"URL:{request.build_absolute_uri('./')}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-PT2H",
        f"DESCRIPTION:{_escaped(summary)}",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
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
