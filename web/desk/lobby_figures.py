"""The evening report: what the lobby did today, this month, or from one day to another."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django import forms
from django.http import HttpResponseBase
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from eldercare.could_use_help import Why, could_use_help
from eldercare.lobby_figures import LobbyFigures, lobby_figures
from foundation import clock
from foundation.errors import InvalidInput
from web.desk.access import get_branch_or_404
from web.desk.forms import cleaned
from web.desk.frame import show
from web.desk.signed_in import StaffRequest, signed_in
from web.exports import Out, exported

# A longer span is for the region's own pages.
AT_MOST_DAYS = 92
# Steps of the heat map, each with a shade and the number in it.
SHADES = 4

WHY_HELP = {
    Why.LEFT: gettext_lazy("left before being served"),
    Why.NOT_GOOD: gettext_lazy("said that it was not good"),
    Why.NOT_UNDERSTOOD: gettext_lazy("wished for a language that nobody at their side had"),
    Why.COMES_OFTEN: gettext_lazy("comes often for the same; could be shown how, or be visited"),
}


class SpanForm(forms.Form):
    """From when until when; today, if nobody says."""

    first = forms.DateField(required=False)
    last = forms.DateField(required=False)


@dataclass(frozen=True)
class Cell:
    """One hour of the week: how many came, and how dark it is shown."""

    people: int
    shade: int


@dataclass(frozen=True)
class Line:
    """One figure in words, as the page and the file show it."""

    words: str | Promise
    value: object


@require_safe
@signed_in
def report(request: StaffRequest, code: str) -> HttpResponseBase:
    """The figures of a span as a page, to print, or as a file."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_ESCORT)
    first, last, error = _span(request)
    figures = lobby_figures(request.user, branch, first, last)
    columns = [Out(_("Figure"), "words"), Out(_("Number"), "value")]
    title = _("Lobby of %(branch)s") % {"branch": branch.name}
    file = exported(request, title, columns, list(_lines(figures)))
    if file is not None:
        return file
    today = clock.today()
    context = {
        "figures": figures,
        "lines": list(_lines(figures)),
        "heat": heat(figures),
        "think_of": [
            (one, [WHY_HELP[why] for why in one.why])
            for one in could_use_help(request.user, branch, first, last)
        ],
        "today": today,
        "month": today.replace(day=1),
        "tab": "board",
    }
    return show(request, branch, "lobby_figures", context, error=error)


def heat(figures: LobbyFigures) -> list[tuple[str | Promise, list[Cell]]]:
    """The week as rows of hours; a cell says its number, its shade only repeats it."""
    most = max(figures.by_hour.values(), default=0)
    rows: list[tuple[str | Promise, list[Cell]]] = []
    for weekday in range(1, 8):
        counts = [figures.by_hour.get((weekday, hour), 0) for hour in figures.hours]
        if any(counts):
            cells = [Cell(people, -(-people * SHADES // most)) for people in counts]
            rows.append((WEEKDAYS_ABBR[weekday - 1], cells))
    return rows


def _span(request: StaffRequest) -> tuple[date, date, InvalidInput | None]:
    today = clock.today()
    try:
        asked = cleaned(SpanForm(request.GET))
    except InvalidInput as error:
        return today, today, error
    last = asked["last"] or today
    first = asked["first"] or last
    if first > last or (last - first).days >= AT_MOST_DAYS:
        words = _("Please choose at most three months, the earlier day first.")
        return today, today, InvalidInput(words)
    return first, last, None


def _lines(figures: LobbyFigures) -> Iterator[Line]:
    waits, needy = figures.waits, figures.waits_with_needs
    yield Line(gettext_lazy("People who came"), figures.came)
    yield Line(gettext_lazy("Accompanied to the end"), figures.done)
    yield Line(gettext_lazy("Left before being served"), figures.left)
    yield Line(gettext_lazy("Booked and did not come"), figures.did_not_come)
    yield Line(gettext_lazy("With special needs"), figures.with_needs)
    yield Line(gettext_lazy("Usual wait in minutes (median)"), _rounded(waits.median))
    yield Line(gettext_lazy("Nine in ten waited at most, in minutes"), _rounded(waits.p90))
    yield Line(gettext_lazy("With needs: usual wait in minutes"), _rounded(needy.median))
    yield Line(gettext_lazy("With needs: nine in ten, in minutes"), _rounded(needy.p90))
    yield Line(gettext_lazy("Waited longer than ten minutes"), figures.waited_long)
    yield Line(gettext_lazy("Wished for a language and did not get it"), figures.unmet)
    yield Line(gettext_lazy("Care kits given"), figures.kits)
    yield Line(gettext_lazy("Taught on a phone or machine"), figures.taught)
    yield Line(gettext_lazy("Things lent"), figures.lent)
    for face, number in figures.faces.items():
        yield Line(_("Said it was: %(face)s") % {"face": face.label}, number)


def _rounded(minutes: float | None) -> object:
    return "" if minutes is None else round(minutes, 1)
