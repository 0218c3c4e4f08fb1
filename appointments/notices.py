"""What we write to people about a visit: short, kind, and never asking for anything.

The words are data (``texts.yaml``); here is who gets which, filled with what. Texts are composed in
the transaction that gives reason for them and queued in the outbox; the key holds the visit's
version, so that one change is one message.
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from appointments.availability import OpenWindow
from appointments.models import HomeVisit, Wish
from appointments.states import DeclineReason
from eldercare.contact import Way, way_to
from eldercare.models import Customer, Escort
from workflow.models import Message
from workflow.outbox import queue_message
from workflow.texts import Facts, compose


def window_in_words(start: datetime, end: datetime) -> str:
    """``Wednesday 25 November, between 9:00 and 11:00`` in the language in force."""
    first, last = timezone.localtime(start), timezone.localtime(end)
    return _("%(weekday)s %(day)s.%(month)s., between %(from)s and %(until)s") % {
        "weekday": WEEKDAYS[first.weekday()],
        "day": first.day,
        "month": first.month,
        "from": f"{first.hour}:{first.minute:02d}",
        "until": f"{last.hour}:{last.minute:02d}",
    }


def moment_in_words(moment: datetime) -> str:
    """``Wednesday 25 November at 9:30`` in the language in force."""
    local = timezone.localtime(moment)
    return _("%(weekday)s %(day)s.%(month)s. at %(time)s") % {
        "weekday": WEEKDAYS[local.weekday()],
        "day": local.day,
        "month": local.month,
        "time": f"{local.hour}:{local.minute:02d}",
    }


def in_one_line(text: str) -> str:
    """Lines joined for a text message; a word for nothing."""
    return _(", ").join(line.strip() for line in text.splitlines() if line.strip()) or _("nothing")


def booked(visit: HomeVisit) -> Message:
    """The request has arrived: confirmed, or waiting for the branch manager."""
    text = "visit_booked" if visit.status != "requested" else "visit_asked"
    return _to_customer(visit, "visit_booked", text=text)


def series_booked(visits: Sequence[HomeVisit], *, key: str) -> Message:
    """Several visits in one message: never two where one will do."""
    first = visits[0]
    with translation.override(settings.LANGUAGE_CODE):
        days = [window_in_words(visit.window.lower, visit.window.upper) for visit in visits]
        more = {"days": _("; ").join(days)}
    return _to_customer(first, "series_booked", key=f"series:{key}", more=more)


def approved(visit: HomeVisit) -> Message:
    """The branch manager has said yes."""
    return _to_customer(visit, "visit_approved")


def service_retired(visit: HomeVisit) -> Message:
    """What they booked is offered to nobody new; their own promise stands as it was."""
    return _to_customer(visit, "service_retired")


def declined(visit: HomeVisit) -> Message:
    """No, why, and what we can do instead."""
    return _to_customer(visit, "visit_declined")


def announced(visit: HomeVisit) -> Message:
    """Who comes, and how to know them at the door."""
    return _to_customer(visit, "visit_announced", may_wait=True)


def reminder(visit: HomeVisit) -> Message:
    """Two hours before: when, and how to know them at the door."""
    return _to_customer(visit, "visit_reminder", may_wait=True)


def running_late(visit: HomeVisit) -> Message:
    """The team's visit before this one takes longer."""
    return _to_customer(visit, "visit_running_late")


def at_risk(visit: HomeVisit) -> Message:
    """Nobody of the team can keep the promise; somebody will phone, and nothing is moved before."""
    return _to_customer(visit, "visit_at_risk")


def on_the_way(visit: HomeVisit) -> Message:
    """The team has set off."""
    return _to_customer(visit, "visit_on_the_way")


def cancelled(visit: HomeVisit) -> Message:
    """Cancelled, by whoever did it."""
    return _to_customer(visit, "visit_cancelled")


def day_closed(visit: HomeVisit, instead: Sequence[OpenWindow], *, key: str) -> Message:
    """The promised day has become a holiday: we are sorry, and when we could come instead."""
    with translation.override(settings.LANGUAGE_CODE):
        times = [window_in_words(window.start, window.end) for window in instead]
        more = {"times": _("; ").join(times) or _("we will phone you")}
    return _to_customer(visit, "day_closed", key=key, more=more)


def day_kept(visit: HomeVisit, *, key: str) -> Message:
    """The day has opened again: the promise holds as it was."""
    return _to_customer(visit, "day_kept", key=key)


def escort_day_closed(escort: Escort, instead: Sequence[datetime], *, key: str) -> Message:
    """The day on which somebody was to be at their side has become a holiday."""
    with translation.override(settings.LANGUAGE_CODE):
        times = _("; ").join(map(moment_in_words, instead)) or _("we will phone you")
    return _about_escort(escort, "day_closed", "escort_day_closed", key=key, times=times)


def escort_day_kept(escort: Escort, *, key: str) -> Message:
    """The branch is open that day after all."""
    return _about_escort(escort, "day_kept", "escort_day_kept", key=key)


def escort_booked(escort: Escort) -> Message:
    """Somebody will be at their side: where and when."""
    return _about_escort(escort, "escort_booked")


def escort_reminder(escort: Escort) -> Message:
    """The evening before."""
    return _about_escort(escort, "escort_reminder", may_wait=True)


def time_offered(wish: Wish, start: datetime, end: datetime) -> Message:
    """A time has come free, and is kept for half an hour."""
    with translation.override(settings.LANGUAGE_CODE):
        facts = {
            "service": wish.service_version.name,
            "when": window_in_words(start, end),
            "until": timezone.localtime(wish.offered_until).strftime("%H:%M"),
            "phone": settings.NUANBAN_PHONE_LINE,
        }
    return _queue(
        "time_offered",
        facts,
        way_to(wish.customer, wish.representative),
        about=wish.customer,
        key=f"{wish.subject}:offer:{wish.offers}",
        kind="time_offered",
        subject=wish.subject,
        branch_code=wish.customer.branch.code,
    )


def _about_escort(
    escort: Escort,
    kind: str,
    text: str = "",
    *,
    key: str = "",
    may_wait: bool = False,
    **more: str,
) -> Message:
    if escort.customer is None:
        raise ValueError("only a booked escort is written about")
    with translation.override(settings.LANGUAGE_CODE):
        facts = escort_facts(escort) | more
    return _queue(
        text or kind,
        facts,
        way_to(escort.customer, escort.representative),
        about=escort.customer,
        key=key or f"{escort.subject}:{kind}",
        kind=kind,
        subject=escort.subject,
        branch_code=escort.branch.code,
        may_wait=may_wait,
    )


def _to_customer(
    visit: HomeVisit,
    kind: str,
    *,
    text: str = "",
    key: str = "",
    may_wait: bool = False,
    more: Facts | None = None,
) -> Message:
    """Fill in a text and queue it to the customer, or to the family member who asked."""
    with translation.override(settings.LANGUAGE_CODE):
        facts = visit_facts(visit) | dict(more or {})
    return _queue(
        text or kind,
        facts,
        way_to(visit.customer, visit.representative),
        about=visit.customer,
        key=key or f"{visit.subject}:{kind}:{visit.version}",
        kind=kind,
        subject=visit.subject,
        branch_code=visit.branch.code,
        may_wait=may_wait,
    )


def _queue(
    code: str,
    facts: Facts,
    whom: Way,
    *,
    about: Customer,
    key: str,
    kind: str,
    subject: str,
    branch_code: str,
    may_wait: bool = False,
) -> Message:
    with translation.override(settings.LANGUAGE_CODE):
        text = compose(code, facts)
        text = text.to_family(about.called) if whom.family is not None else text
    return queue_message(
        key=key,
        kind=kind,
        subject=subject,
        to=whom.phone,
        channel=whom.channel,
        text=text,
        branch_code=branch_code,
        may_wait=may_wait,
    )


def escort_facts(escort: Escort) -> dict[str, str]:
    """What a text about a booked escort may name, in the language in force."""
    if escort.booked_for is None:
        raise ValueError("only a booked escort is written about")
    return {
        "when": moment_in_words(escort.booked_for),
        "branch": escort.branch.name,
        "address": escort.branch.address,
        "service": escort.service_version.name,
        "bring": in_one_line(escort.service_version.prepare),
        "phone": settings.NUANBAN_PHONE_LINE,
    }


def visit_facts(visit: HomeVisit) -> dict[str, str]:
    """What a text about a visit may name, in the language in force."""
    team = [f"{m.staff.name} ({m.staff.badge})" for m in visit.team.select_related("staff")]
    return {
        "service": visit.service_version.name,
        "when": window_in_words(visit.window.lower, visit.window.upper),
        "team": _(" and ").join(team),
        "reason": _reason(visit),
        "staff_code": visit.staff_code,
        "customer_code": visit.customer_code,
        "phone": settings.NUANBAN_PHONE_LINE,
    }


def _reason(visit: HomeVisit) -> str:
    """Why, in the language of the message and not of whoever decided."""
    known = visit.reason in DeclineReason.values
    return str(DeclineReason(visit.reason).label) if known else visit.words
