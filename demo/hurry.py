"""The demonstration's clock: it may be hurried to the evening or to tomorrow, never turned back."""

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from foundation import clock
from foundation.errors import InvalidInput

FARTHEST = timedelta(days=31)


@require_http_methods(["GET", "HEAD", "POST"])
def clock_page(request: HttpRequest) -> HttpResponse:
    """Shows the demonstration's time; a POST with ``until`` (ISO 8601) hurries it there."""
    if request.method == "POST":
        hurry_until(request.POST.get("until", ""))
        return HttpResponseRedirect(reverse("demo:clock"))
    now = timezone.localtime(clock.now())
    ahead = [
        (_("in one hour"), now + timedelta(hours=1)),
        (_("this evening at 18:00"), now.replace(hour=18, minute=0, second=0)),
        (_("tomorrow at 9:00"), (now + timedelta(days=1)).replace(hour=9, minute=0, second=0)),
    ]
    ahead.sort(key=lambda choice: choice[1])
    choices = [(words, moment.isoformat()) for words, moment in ahead if moment > now]
    return render(request, "demo/clock.html", {"now": now, "choices": choices})


def hurry_until(words: str) -> datetime:
    """Move the clock on to the moment that ``words`` name.

    Raises:
        InvalidInput: no moment, one that is past, or one that is more than a month away.
    """
    try:
        moment = parse_datetime(words.strip())
    except ValueError:
        moment = None
    if moment is None:
        raise InvalidInput(fields={"until": _("Give a time such as 2026-11-24T18:00+08:00.")})
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    by = moment - clock.now()
    if not timedelta(0) <= by <= FARTHEST:
        raise InvalidInput(_("The clock can be hurried by a month at most, and never turned back."))
    return clock.hurry(by)
