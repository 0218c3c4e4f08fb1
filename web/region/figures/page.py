"""The region on one page: the most urgent in sentences, each figure with what it counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, require
from audits.fresh_figures import fresh_figures
from audits.models.finding import FindingSeverity
from audits.publishing import NoStandard, current_version, standard_of
from audits.region_figures import RegionFigures
from foundation import clock
from foundation.errors import InvalidInput
from web.desk.fields import DayField
from web.desk.forms import cleaned
from web.desk.signed_in import StaffRequest, signed_in
from web.expiry import KINDS
from web.exports import Out, exported
from web.region.frame import show


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
    found, error = _asked(request)
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


def _asked(request: StaffRequest) -> tuple[RegionFigures, InvalidInput | None]:
    """The days that were asked for; when there are none such, this month and what is wrong."""
    try:
        said = cleaned(SpanForm(request.GET))
        return fresh_figures(request.user, said["first"], said["last"]), None
    except InvalidInput as error:
        return fresh_figures(request.user, None, None), error


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
