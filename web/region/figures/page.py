"""The region on one page: the most urgent in sentences, each figure with what it counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django import forms
from django.core.cache import cache
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from accounts.models import User
from accounts.permissions import Permission, require
from audits.models.finding import FindingSeverity
from audits.publishing import NoStandard, current_version, standard_of
from audits.region_figures import RegionFigures, region_figures
from foundation import clock
from foundation.errors import InvalidInput
from web.desk.fields import DayField
from web.desk.forms import cleaned
from web.desk.signed_in import StaffRequest, signed_in
from web.expiry import KINDS
from web.exports import Out, exported
from web.region.frame import show

# The page says as of when it speaks; nobody is shown anything older.
AT_MOST_OLD_SECONDS = 60
AT_MOST_DAYS = 366


class SpanForm(forms.Form):
    """From when until when; this month, if nobody says."""

    first = DayField(label=gettext_lazy("From"))
    last = DayField(label=gettext_lazy("Until"))


@dataclass(frozen=True)
class Urgent:
    """One thing that should not wait, and where something is done about it."""

    words: str
    url: str


@dataclass(frozen=True)
class Figure:
    """One number, what it is called, what it counts, and the list of what it counts."""

    name: str | Promise
    value: object
    counts: str | Promise
    url: str = ""


@require_safe
@signed_in
def figures(request: StaffRequest) -> HttpResponseBase:
    """The figures of some days as a page, to print as the monthly report, or as a file."""
    require(request.user, Permission.VIEW_OPERATIONS)
    first, last, error = _span(request)
    found = _fresh(request.user, first, last)
    rows = list(_figures(found))
    columns = [Out(_("Figure"), "name"), Out(_("Number"), "value"), Out(_("Counts"), "counts")]
    file = exported(request, _("Figures of the region"), columns, rows)
    if file is not None:
        return file
    today = clock.today()
    context = {
        "found": found,
        "urgent": list(_urgent(found)),
        "figures": rows,
        "grades": _grades(found),
        "today": today,
        "month": today.replace(day=1),
        "year": today.replace(month=1, day=1),
        "region": request.user.region,
        "tab": "figures",
    }
    return show(request, "figures/page", context, error=error)


def _span(request: StaffRequest) -> tuple[date, date, InvalidInput | None]:
    today = clock.today()
    month = today.replace(day=1)
    try:
        said = cleaned(SpanForm(request.GET))
    except InvalidInput as error:
        return month, today, error
    last = said["last"] or today
    first = said["first"] or last.replace(day=1)
    if first > last or (last - first).days >= AT_MOST_DAYS:
        words = _("Please choose at most a year, the earlier day first.")
        return month, today, InvalidInput(words)
    return first, last, None


def _fresh(user: User, first: date, last: date) -> RegionFigures:
    """The figures, at most a minute old. Only numbers, codes and names of branches are kept."""
    key = f"figures:{user.role}:{user.region_id}:{first}:{last}:{get_language()}"
    try:
        kept: RegionFigures | None = cache.get(key)
        if kept is not None and clock.now() - kept.as_of < timedelta(seconds=AT_MOST_OLD_SECONDS):
            return kept
        found = region_figures(user, first, last)
        cache.set(key, found, AT_MOST_OLD_SECONDS)
    except RedisError:
        return region_figures(user, first, last)
    return found


def _urgent(found: RegionFigures) -> Iterator[Urgent]:
    improvements = reverse("region:improvements")
    if found.to_suspend:
        words = ngettext(
            "%(n)d demonstration branch has a must-have past its deadline.",
            "%(n)d demonstration branches have must-haves past their deadlines.",
            found.to_suspend,
        )
        yield Urgent(words % {"n": found.to_suspend}, reverse("region:suspensions"))
    if found.overdue_total:
        words = ngettext(
            "%(n)d improvement is past its deadline.",
            "%(n)d improvements are past their deadlines.",
            found.overdue_total,
        )
        query = urlencode({"show": "overdue"})
        yield Urgent(words % {"n": found.overdue_total}, f"{improvements}?{query}")
    if found.lacking:
        words = ngettext(
            "%(n)d branch lacks something that it promises.",
            "%(n)d branches lack something that they promise.",
            found.lacking,
        )
        query = urlencode({"sort": "lacking"})
        yield Urgent(words % {"n": found.lacking}, f"{reverse('region:branches')}?{query}")


def _figures(found: RegionFigures) -> Iterator[Figure]:
    yield from _audit_figures(found)
    visits, escorts = found.visits, found.escorts
    yield Figure(_("People who came"), escorts.came, _("logged in a lobby within these days"))
    yield Figure(_("Accompanied to the end"), escorts.done, _("of those who came"))
    yield Figure(_("Left before being served"), escorts.left, _("of those who came"))
    yield Figure(
        _("Usual wait in minutes (median)"),
        _or_empty(escorts.median),
        _("from the door to somebody at one's side"),
    )
    yield Figure(
        _("Nine in ten waited at most, in minutes"), _or_empty(escorts.p90), _("the same wait")
    )
    yield Figure(_("Home visits"), visits.asked, _("planned for these days; moved ones count once"))
    yield Figure(_("Home visits done"), visits.done, _("served at the customer's home"))
    yield Figure(
        _("Promises kept, in percent"),
        _or_empty(visits.kept_percent),
        _("the team was at the door before the promised window closed"),
    )
    yield Figure(
        _("Home visits declined"), visits.declined, _("with the alternative that was offered")
    )
    yield Figure(_("Home visits cancelled"), visits.cancelled, _("by the customer or for them"))
    yield Figure(
        _("Could not be done"), visits.not_done, _("a team was promised, and nobody was served")
    )
    for kind, words in KINDS.items():
        yield Figure(
            _("Expires within 30 days: %(what)s") % {"what": words},
            found.expiring.get(kind.value, 0),
            _("or has expired already"),
            f"{reverse('region:expiry')}?{urlencode({'kind': kind.value})}",
        )


def _audit_figures(found: RegionFigures) -> Iterator[Figure]:
    improvements = reverse("region:improvements")
    yield Figure(_("Branches"), found.branches, _("open to customers"), reverse("region:branches"))
    yield Figure(
        _("Never inspected"),
        found.never_inspected,
        _("no inspection submitted; self-checks do not count"),
        reverse("region:inspection_draw"),
    )
    for severity in FindingSeverity:
        yield Figure(
            _("Open improvements, %(severity)s") % {"severity": severity.label},
            found.open_by_severity.get(severity.value, 0),
            _("not closed by a re-check yet"),
            f"{improvements}?{urlencode({'severity': severity.value})}",
        )
    yield Figure(
        _("Complaints"),
        found.complaints,
        _("received within these days"),
        f"{improvements}?{urlencode({'source': 'complaint', 'show': 'all'})}",
    )


def _grades(found: RegionFigures) -> list[tuple[str, int, int]]:
    """Each grade with its number of branches, and what part of those inspected it is."""
    try:
        rules = {rule.code: str(rule.name) for rule in standard_of(current_version()).grades}
    except NoStandard:
        rules = {}
    total = sum(found.grades.values()) or 1
    return [
        (rules.get(code, code), number, round(100 * number / total))
        for code, number in sorted(found.grades.items())
    ]


def _or_empty(value: object) -> object:
    return "" if value is None else value
