"""What we write to people about a visit: short, kind, and never asking for anything.

Texts are composed in the transaction that gives reason for them and queued in the outbox; the key
holds the visit's version, so that one change is one message.
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from appointments.availability import OpenWindow
from appointments.models import HomeVisit, Wish
from appointments.states import DeclineReason
from eldercare.models import Customer, Escort
from workflow.models import Message
from workflow.outbox import queue_message


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
    text = (
        gettext_noop(
            "Your home visit for %(service)s is booked: %(when)s. We will tell you who comes."
        )
        if visit.status != "requested"
        else gettext_noop(
            "We have your request for %(service)s: %(when)s. The branch manager answers within one "
            "working day; the time is kept for you."
        )
    )
    return _to_customer(visit, "visit_booked", text)


def series_booked(visits: Sequence[HomeVisit], *, key: str) -> Message:
    """Several visits in one message: never two where one will do."""
    first = visits[0]
    with translation.override(settings.LANGUAGE_CODE):
        days = [window_in_words(visit.window.lower, visit.window.upper) for visit in visits]
        text = _("Your home visits for %(service)s are booked: %(days)s. Questions: %(phone)s.")
        body = text % {
            "service": first.service_version.name,
            "days": _("; ").join(days),
            "phone": settings.NUANBAN_PHONE_LINE,
        }
    return _queue(first, "series_booked", body, key=f"series:{key}")


def approved(visit: HomeVisit) -> Message:
    """The branch manager has said yes."""
    return _to_customer(
        visit,
        "visit_approved",
        gettext_noop("Your home visit for %(service)s is confirmed: %(when)s."),
    )


def declined(visit: HomeVisit) -> Message:
    """No, why, and what we can do instead."""
    text = gettext_noop(
        "We are sorry: your home visit for %(service)s cannot be made (%(reason)s). Instead, one "
        "of us will gladly accompany you in the branch. Please phone %(phone)s."
    )
    return _to_customer(visit, "visit_declined", text)


def announced(visit: HomeVisit) -> Message:
    """Who comes, and how to know them at the door."""
    text = gettext_noop(
        "%(when)s: %(team)s come to you. At the door they say %(staff_code)s first; then you say "
        "%(customer_code)s. We never ask for money or card passwords. Questions: %(phone)s."
    )
    return _to_customer(visit, "visit_announced", text, may_wait=True)


def reminder(visit: HomeVisit) -> Message:
    """Two hours before: when, and how to know them at the door."""
    text = gettext_noop(
        "Today, %(when)s: %(team)s come to you. They say %(staff_code)s first; then you say "
        "%(customer_code)s. We never ask for money or card passwords. Questions: %(phone)s."
    )
    return _to_customer(visit, "visit_reminder", text, may_wait=True)


def running_late(visit: HomeVisit) -> Message:
    """The team's visit before this one takes longer."""
    text = gettext_noop(
        "The visit before yours takes a little longer: %(team)s may come later than planned. We "
        "are sorry, and they are on their way as soon as they can. Questions: %(phone)s."
    )
    return _to_customer(visit, "visit_running_late", text)


def on_the_way(visit: HomeVisit) -> Message:
    """The team has set off."""
    return _to_customer(
        visit, "visit_on_the_way", gettext_noop("%(team)s are on their way to you.")
    )


def cancelled(visit: HomeVisit) -> Message:
    """Cancelled, by whoever did it."""
    return _to_customer(
        visit,
        "visit_cancelled",
        gettext_noop("Your home visit (%(when)s) is cancelled. To book again: %(phone)s."),
    )


def day_closed(visit: HomeVisit, instead: Sequence[OpenWindow], *, key: str) -> Message:
    """The promised day has become a holiday: we are sorry, and when we could come instead."""
    with translation.override(settings.LANGUAGE_CODE):
        times = [window_in_words(window.start, window.end) for window in instead]
        facts = _facts(visit) | {"times": _("; ").join(times) or _("we will phone you")}
        body = _(
            "We are sorry: the day of your home visit for %(service)s (%(when)s) has become a "
            "holiday. We could come instead: %(times)s. Please open “My bookings” or phone "
            "%(phone)s; we will phone you too."
        )
    return _queue(visit, "day_closed", body % facts, key=key)


def day_kept(visit: HomeVisit, *, key: str) -> Message:
    """The day has opened again: the promise holds as it was."""
    with translation.override(settings.LANGUAGE_CODE):
        body = _(
            "Good news: we can come after all, %(when)s, as we promised. Questions: %(phone)s."
        )
    return _queue(visit, "day_kept", body % _facts(visit), key=key)


def escort_day_closed(escort: Escort, instead: Sequence[datetime], *, key: str) -> Message:
    """The day on which somebody was to be at their side has become a holiday."""
    with translation.override(settings.LANGUAGE_CODE):
        times = _("; ").join(map(moment_in_words, instead)) or _("we will phone you")
    text = gettext_noop(
        "We are sorry: %(branch)s will be closed %(when)s, when we expected you. We are there for "
        "you instead: %(times)s. Please open “My bookings” or phone %(phone)s; we will phone you "
        "too."
    )
    return _about_escort(escort, "day_closed", text, key=key, times=times)


def escort_day_kept(escort: Escort, *, key: str) -> Message:
    """The branch is open that day after all."""
    text = gettext_noop(
        "Good news: we expect you after all, %(when)s at %(branch)s (%(address)s). Questions: "
        "%(phone)s."
    )
    return _about_escort(escort, "day_kept", text, key=key)


def time_offered(wish: Wish, start: datetime, end: datetime) -> Message:
    """A time has come free, and is kept for half an hour."""
    family = wish.representative
    with translation.override(settings.LANGUAGE_CODE):
        text = _(
            "A time has come free for %(service)s: %(when)s. It is kept for you until %(until)s. "
            "Please open “My bookings” or phone %(phone)s."
        )
        body = text % {
            "service": wish.service_version.name,
            "when": window_in_words(start, end),
            "until": timezone.localtime(wish.offered_until).strftime("%H:%M"),
            "phone": settings.NUANBAN_PHONE_LINE,
        }
        body = _to_family(body, wish.customer) if family else body
    return queue_message(
        key=f"{wish.subject}:offer:{wish.offers}",
        kind="time_offered",
        subject=wish.subject,
        to=family.phone if family else wish.customer.phone,
        body=body,
        branch_code=wish.customer.branch.code,
    )


def escort_booked(escort: Escort) -> Message:
    """Somebody will be at their side: where and when."""
    text = gettext_noop(
        "%(when)s at %(branch)s (%(address)s): one of us is there for you alone, for %(service)s. "
        "Please bring: %(bring)s. Questions: %(phone)s."
    )
    return _about_escort(escort, "escort_booked", text)


def escort_reminder(escort: Escort) -> Message:
    """The evening before."""
    text = gettext_noop("We expect you %(when)s at %(branch)s (%(address)s). Questions: %(phone)s.")
    return _about_escort(escort, "escort_reminder", text, may_wait=True)


def _about_escort(
    escort: Escort, kind: str, text: str, *, key: str = "", may_wait: bool = False, **more: str
) -> Message:
    if escort.customer is None or escort.booked_for is None:
        raise ValueError("only a booked escort is written about")
    asker = escort.representative
    with translation.override(settings.LANGUAGE_CODE):
        body = translation.gettext(text) % {
            "when": moment_in_words(escort.booked_for),
            "branch": escort.branch.name,
            "address": escort.branch.address,
            "service": escort.service_version.name,
            "bring": in_one_line(escort.service_version.prepare),
            "phone": settings.NUANBAN_PHONE_LINE,
            **more,
        }
        body = _to_family(body, escort.customer) if asker else body
    return queue_message(
        key=key or f"{escort.subject}:{kind}",
        kind=kind,
        subject=escort.subject,
        to=asker.phone if asker else escort.customer.phone,
        body=body,
        branch_code=escort.branch.code,
        may_wait=may_wait,
    )


def _to_family(body: str, customer: Customer) -> str:
    return pgettext("message to family", "For %(name)s: %(text)s") % {
        "name": customer.called,
        "text": body,
    }


def _to_customer(visit: HomeVisit, kind: str, text: str, *, may_wait: bool = False) -> Message:
    """Fill in a text and queue it to the customer, or to the family member who asked."""
    with translation.override(settings.LANGUAGE_CODE):
        body = translation.gettext(text) % _facts(visit)
    key = f"{visit.subject}:{kind}:{visit.version}"
    return _queue(visit, kind, body, key=key, may_wait=may_wait)


def _queue(visit: HomeVisit, kind: str, body: str, *, key: str, may_wait: bool = False) -> Message:
    family = visit.representative
    if family is not None:
        with translation.override(settings.LANGUAGE_CODE):
            body = _to_family(body, visit.customer)
    return queue_message(
        key=key,
        kind=kind,
        subject=visit.subject,
        to=family.phone if family else visit.customer.phone,
        body=body,
        branch_code=visit.branch.code,
        may_wait=may_wait,
    )


def _facts(visit: HomeVisit) -> dict[str, str]:
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
