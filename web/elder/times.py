"""The questions about time, shared by booking and moving: three good times, or a day and its times.

Every time is a button that sends itself; booking keeps it for the customer while they check.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from appointments.availability import WindowTaken, days_ahead
from appointments.holds import hold_window
from web.elder.errand import Errand, asked_day, asked_window, best

SEE_OTHER = 303


def show_when(request: HttpRequest, errand: Errand, back: str) -> HttpResponse:
    """Three good times first; below them, the way to every other day."""
    windows = best(errand.days())
    context = {"errand": errand, "windows": windows, "keep": errand.page("keep"), "back": back}
    return render(
        request, "elder/times/when.html", context | {"other": errand.page("day"), **_steps(3)}
    )


def show_days(request: HttpRequest, errand: Errand) -> HttpResponse:
    """Every day ahead: open ones lead on, the others say kindly that nothing is free."""
    days = [
        {"date": day.date, "count": len(day.windows), "url": errand.page("time", day=f"{day.date}")}
        for day in errand.days()
    ]
    context = {"errand": errand, "days": days, "back": errand.page("when"), **_steps(3)}
    return render(request, "elder/times/day.html", context)


def show_times(request: HttpRequest, errand: Errand) -> HttpResponse:
    """The open windows of one day."""
    day = asked_day(request)
    if day not in days_ahead() or day is None:
        return HttpResponseRedirect(errand.page("day"))
    [answer] = errand.days(day)
    context = {
        "errand": errand,
        "day": day,
        "windows": answer.windows,
        "keep": errand.page("keep"),
        "back": errand.page("day"),
    }
    return render(request, "elder/times/time.html", context | _steps(3))


def keep(request: HttpRequest, errand: Errand) -> HttpResponse:
    """A time was touched: keep it while the answers are checked, and go on to check them."""
    start = asked_window(request)
    if start is None:
        return HttpResponseRedirect(errand.page("when"), status=SEE_OTHER)
    if errand.visit is None:
        try:
            hold_window(customer=errand.person.customer, version=errand.version, window_start=start)
        except WindowTaken as taken:
            return show_taken(request, errand, taken)
    return HttpResponseRedirect(
        errand.page("check", window=request.POST["window"]), status=SEE_OTHER
    )


def show_taken(request: HttpRequest, errand: Errand, taken: WindowTaken) -> HttpResponse:
    """Somebody was quicker: the nearest open times, with every answer kept."""
    context = {
        "errand": errand,
        "windows": taken.windows,
        "message": taken.message,
        "keep": errand.page("keep"),
        "other": errand.page("day"),
        "back": errand.page("when"),
    }
    status = taken.http_status
    return render(request, "elder/times/when.html", context | _steps(3), status=status)


def window_end(start: datetime) -> datetime:
    """When the window that begins at ``start`` ends."""
    return timezone.localtime(start) + timedelta(minutes=settings.NUANBAN_WINDOW_MINUTES)


def _steps(now: int) -> dict[str, object]:
    return {"step": now, "steps": "1234"}
