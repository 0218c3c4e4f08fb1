"""Our branches for whoever thinks of coming: what is there, when, how full, how to get there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from branches.calendar import BranchCalendar, Day
from branches.finding import search, with_district
from branches.models import Branch, Facility
from branches.models.catalogue import FacilityGroup
from branches.models.hours import Weekday
from branches.queries import local_moment, open_to_customers, ready_for_customers
from branches.quiet import quiet_hours
from eldercare.room import room_now
from foundation import clock
from web.elder.access import get_branch_or_404
from web.elder.caller import people_of
from web.elder.places import Place, in_order, places

ON_A_PAGE = 20
# The days ahead: each of a week, and of four weeks those that are not like others.
EVERY_DAY, SPECIAL_DAYS = 7, 28
ICONS = {
    FacilityGroup.COMING_IN: "door",
    FacilityGroup.WAITING: "clock",
    FacilityGroup.COUNTER: "people",
    FacilityGroup.MACHINES: "list",
    FacilityGroup.SENSES: "glasses",
    FacilityGroup.HEALTH: "plus",
    FacilityGroup.COMFORT: "lamp",
    FacilityGroup.SIGNS: "info",
}


@dataclass(frozen=True)
class Shelf:
    """What there is of one group, with its picture."""

    group: FacilityGroup
    icon: str
    things: Sequence[Facility]


@dataclass(frozen=True)
class OpenDay:
    """One day ahead: ``opens`` and ``closes``, or None when closed; ``why`` when it is special."""

    day: Day
    opens: datetime | None
    closes: datetime | None


@dataclass(frozen=True)
class QuietTime:
    """An hour of the week in which few people come."""

    weekday: str
    start: datetime
    end: datetime


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The branches by name or by sound; the nearest first for whom we know, else by district."""
    people = people_of(request)
    near = people[0].customer if people else None
    words = request.GET.get("q", "")[:60]
    rows = search(with_district(open_to_customers()), words).order_by("district", "code")
    known = near is not None and near.latitude is not None and near.longitude is not None
    found = in_order(rows, near) if known else rows
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "words": words,
        "by_distance": known,
        "page": page,
        "groups": _by_district(places(near, list(page.object_list)), by_distance=known),
    }
    answer = render(request, "elder/branches/list.html", context)
    add_never_cache_headers(answer)
    return answer


@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """One branch. Anybody may look."""
    branch = get_branch_or_404(code)
    now = clock.now()
    days = _days_ahead(branch)
    today = days[0]
    context = {
        "branch": branch,
        "shelves": _shelves(branch),
        "days": [
            day for n, day in enumerate(days) if n < EVERY_DAY or day.day.reason or day.day.made_up
        ],
        "is_open": bool(today.opens and today.closes and today.opens <= now < today.closes),
        "room": room_now(branch),
        "quiet": _quiet_times(branch),
        "place": f"{branch.latitude:.6f},{branch.longitude:.6f}",
    }
    return render(request, "elder/branches/branch.html", context)


def _by_district(found: list[Place], *, by_distance: bool) -> list[tuple[str, list[Place]]]:
    """The places under their districts; in one list when they go by distance."""
    if by_distance:
        return [("", found)]
    grouped = groupby(found, key=lambda place: str(getattr(place.branch, "district", "")))
    return [(district, list(members)) for district, members in grouped]


def _shelves(branch: Branch) -> list[Shelf]:
    things = list(ready_for_customers(branch))
    found = [
        Shelf(group, ICONS[group], [one for one in things if one.type.group == group])
        for group in FacilityGroup
    ]
    return [shelf for shelf in found if shelf.things]


def _days_ahead(branch: Branch) -> list[OpenDay]:
    today = clock.today()
    calendar = BranchCalendar([branch], today, today + timedelta(days=SPECIAL_DAYS))
    found = []
    for ahead in range(SPECIAL_DAYS):
        day = calendar.day(branch, today + timedelta(days=ahead))
        opens, closes = day.hours or (None, None)
        found.append(
            OpenDay(
                day,
                local_moment(day.day, opens) if opens else None,
                local_moment(day.day, closes) if closes else None,
            )
        )
    return found


def _quiet_times(branch: Branch) -> list[QuietTime]:
    """Empty when we do not know."""
    today = clock.today()
    found = []
    for one in quiet_hours(branch) or ():
        start = local_moment(today, datetime.min.time().replace(hour=one.hour))
        weekday = str(Weekday(one.weekday).label)
        found.append(QuietTime(weekday, start, start + timedelta(hours=1)))
    return found
