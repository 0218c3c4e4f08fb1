"""Somebody is away today: what they have promised, who would keep it instead, and the yes to it."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from appointments.repair import Ending, NotAsShown, Repair, call_in_sick, look
from branches.models import Branch, Staff
from branches.people import people_of
from foundation import clock
from foundation.errors import DomainError
from web.desk.access import get_assistant_or_404, get_branch_or_404
from web.desk.forms import cleaned
from web.desk.frame import show, to
from web.desk.on_the_day.forms import AwayForm, AwayYesForm
from web.desk.signed_in import StaffRequest, signed_in


@require_safe
@signed_in
def ask(request: StaffRequest, code: str) -> HttpResponse:
    """Who, and until when; with an answer: what would become of each promise."""
    branch = get_branch_or_404(request.user, code, Permission.RUN_VISIT)
    if "staff" not in request.GET:
        return _page(request, branch)
    return _look(request, branch, AwayForm(request.GET))


@require_POST
@signed_in
def confirm(request: StaffRequest, code: str) -> HttpResponse:
    """Yes: it is done as it was shown, or shown again as it would be now."""
    branch = get_branch_or_404(request.user, code, Permission.RUN_VISIT)
    form = AwayYesForm(request.POST)
    try:
        said = cleaned(form)
        person = get_assistant_or_404(request.user, branch, said["staff"])
        repair = call_in_sick(
            staff=person, until=said["until"], actor=request.user, shown=said["shown"]
        )
    except NotAsShown as error:
        return _look(request, branch, form, error=error)
    except DomainError as error:
        return _page(request, branch, error=error)
    messages.success(request, _in_words(person, repair))
    at_risk = any(one.ending == Ending.AT_RISK for one in repair.promises)
    return to("steps" if at_risk else "visits", branch)


def _look(
    request: StaffRequest,
    branch: Branch,
    form: AwayForm,
    *,
    error: DomainError | None = None,
) -> HttpResponse:
    try:
        said = cleaned(form)
        person = get_assistant_or_404(request.user, branch, said["staff"])
        repair = look(staff=person, until=said["until"], actor=request.user)
    except DomainError as refusal:
        return _page(request, branch, error=refusal)
    return _page(request, branch, error=error, person=person, until=said["until"], repair=repair)


def _page(
    request: StaffRequest,
    branch: Branch,
    *,
    error: DomainError | None = None,
    person: Staff | None = None,
    until: date | None = None,
    repair: Repair | None = None,
) -> HttpResponse:
    context = {
        "people": people_of(request.user, branch),
        "person": person,
        "until": until or clock.today(),
        "today": clock.today(),
        "repair": repair,
        "at_risk": [
            one for one in (repair.promises if repair else ()) if one.ending == Ending.AT_RISK
        ],
        "typed": request.POST or request.GET,
        "at": "",
        "tab": "visits",
    }
    return show(request, branch, "on_the_day/away", context, error=error)


def _in_words(person: Staff, repair: Repair) -> str:
    """What has been done, in one line."""
    at_risk = sum(one.ending == Ending.AT_RISK for one in repair.promises)
    kept = len(repair.promises) - at_risk
    said = [_("%(name)s is away now, and cannot be booked.") % {"name": person.name}]
    if kept:
        words = ngettext("%(n)s promise is kept.", "%(n)s promises are kept.", kept)
        said.append(words % {"n": kept})
    if at_risk:
        words = ngettext(
            "%(n)s customer has been told; please phone them now.",
            "%(n)s customers have been told; please phone them now.",
            at_risk,
        )
        said.append(words % {"n": at_risk})
    return " ".join(said)
