"""The same visit every month: how often, one look at the days, and what became of each."""

from uuid import uuid4

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from appointments.recurring import book_series
from web.elder.access import get_person_or_404, get_service_or_404
from web.elder.asking import asked_key, asked_time, asked_value
from web.elder.caller import ElderRequest, signed_in
from web.elder.errand import Errand, slot_of
from web.elder.series_plan import Plan, asked_times
from web.elder.times import window_end

SEE_OTHER = 303
OFFERED = (2, 3, 4, 6, 9, 12)


@require_safe
@signed_in
def times(request: ElderRequest) -> HttpResponse:
    """How often? Each choice says until when."""
    errand, start = _errand(request), asked_time(request)
    if errand is None or start is None:
        return _start_again(errand)
    window = asked_value(request)
    last = Plan(errand.person.customer, errand.version, start, max(OFFERED)).starts
    context = {
        "errand": errand,
        "start": start,
        "end": window_end(start),
        "choices": [
            (n, last[n - 1], errand.page("series_check", window=window, times=f"{n}"))
            for n in OFFERED
        ],
        "back": errand.page("check", window=window),
    }
    return render(request, "elder/series/times.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def check(request: ElderRequest) -> HttpResponse:
    """One look at the days; the button at the end books them."""
    errand, plan = _asked(request)
    if errand is None or plan is None:
        return _start_again(errand)
    window = asked_value(request)
    here = {"window": window, "times": f"{plan.times}"}
    key = asked_key(request)
    if request.method == "POST" and key:
        book_series(
            customer=plan.customer,
            version=plan.version,
            first=plan.first,
            times=plan.times,
            key=f"elder:{key}",
            asker=errand.person.asker,
        )
        return HttpResponseRedirect(errand.page("series_answer", **here), status=SEE_OTHER)
    context = {
        "errand": errand,
        "plan": plan,
        "end": window_end(plan.first),
        "window": window,
        "key": uuid4().hex,
        "back": errand.page("series", window=window),
    }
    return render(request, "elder/series/check.html", context)


@require_safe
@signed_in
def answer(request: ElderRequest) -> HttpResponse:
    """What stands; what could not be kept, and what is open that day instead."""
    errand, plan = _asked(request)
    if errand is None or plan is None:
        return _start_again(errand)
    unkept = [
        (one.wanted, [(slot_of(w), errand.page("check", window=w.value)) for w in one.instead])
        for one in plan.unkept
    ]
    context = {"errand": errand, "plan": plan, "unkept": unkept}
    return render(request, "elder/series/answer.html", context)


def _asked(request: ElderRequest) -> tuple[Errand | None, Plan | None]:
    """The errand and the plan in the address, as far as they have been answered."""
    errand, start = _errand(request), asked_time(request)
    count = asked_times(request.GET.get("times", ""))
    if errand is None or start is None or count is None:
        return errand, None
    return errand, Plan(errand.person.customer, errand.version, start, count)


def _errand(request: ElderRequest) -> Errand | None:
    person = get_person_or_404(request)
    code = request.GET.get("service", "")
    if person is None or not code:
        return None
    return Errand.to_book(person, get_service_or_404(code))


def _start_again(errand: Errand | None) -> HttpResponse:
    target = errand.page("when") if errand else reverse("elder:book")
    return HttpResponseRedirect(target)
