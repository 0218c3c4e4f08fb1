"""The questions about time, whatever it is for: three good times, or a day and its times.

Every time is a button that sends itself; where that is possible it is kept while they check.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from appointments.availability import WindowTaken
from foundation.errors import Busy, DomainError
from web.elder.asking import Asking, Slot, asked_day, asked_time, asked_value, best
from web.elder.errand import slot_of

SEE_OTHER = 303
STEP = 3


def show_when(request: HttpRequest, asking: Asking, back: str) -> HttpResponse:
    """Three good times first; below them, the way to every other day."""
    context = {"slots": best(asking.days()), "back": back}
    return render(request, "elder/times/when.html", context | _frame(asking))


def show_days(request: HttpRequest, asking: Asking) -> HttpResponse:
    """Every day ahead: open ones lead on, the others say kindly that nothing is free."""
    days = [
        {"date": day.date, "count": len(day.slots), "url": asking.page("time", day=f"{day.date}")}
        for day in asking.days()
    ]
    context = {"days": days, "back": asking.page("when")}
    return render(request, "elder/times/day.html", context | _frame(asking))


def show_times(request: HttpRequest, asking: Asking) -> HttpResponse:
    """The open times of one day."""
    day = asked_day(request)
    if day is None or day not in asking.ahead:
        return HttpResponseRedirect(asking.page("day"))
    slots = [slot for answer in asking.days(day) for slot in answer.slots]
    context = {"day": day, "slots": slots, "back": asking.page("day")}
    return render(request, "elder/times/time.html", context | _frame(asking))


def keep(request: HttpRequest, asking: Asking) -> HttpResponse:
    """A time was touched: keep it while the answers are checked, and go on to check them."""
    start = asked_time(request)
    if start is None:
        return HttpResponseRedirect(asking.page("when"), status=SEE_OTHER)
    try:
        asking.keep(start)
    except WindowTaken as taken:
        return show_taken(request, asking, taken, map(slot_of, taken.windows))
    except Busy:
        # Nothing is kept then; whether the time is still theirs, the booking itself will say.
        pass
    return HttpResponseRedirect(asking.page("check", window=asked_value(request)), status=SEE_OTHER)


def show_taken(
    request: HttpRequest, asking: Asking, taken: DomainError, slots: Iterable[Slot]
) -> HttpResponse:
    """Somebody was quicker: the nearest open times, with every answer kept."""
    context = {"slots": list(slots), "message": taken.message, "back": asking.page("when")}
    return render(
        request, "elder/times/when.html", context | _frame(asking), status=taken.http_status
    )


def window_end(start: datetime) -> datetime:
    """When the window that begins at ``start`` ends."""
    return timezone.localtime(start) + timedelta(minutes=settings.NUANBAN_WINDOW_MINUTES)


def _frame(asking: Asking) -> dict[str, object]:
    return {
        "question": asking.question,
        "promise": asking.promise,
        "keep": asking.page("keep"),
        "other": asking.page("day"),
        "wait": asking.wait,
        "step": STEP,
        "steps": asking.steps,
    }
