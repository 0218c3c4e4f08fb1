"""The register of a branch on one page: what it has, what is missing, broken or running out."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission, may
from branches import facilities
from branches.calendar import branch_day
from branches.facilities import Look
from branches.models import Branch
from branches.models.facility import FacilityState
from branches.overview import Group, overview
from branches.queries import types_not_in
from foundation import clock
from foundation.errors import DomainError
from web.desk.access import get_branch_or_404, get_facility_or_404
from web.desk.forms import cleaned
from web.desk.frame import SEE_OTHER, show, to
from web.desk.register.forms import AddForm, SeenForm
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.stock.expiry import page_of_expiry
from web.expiry import Entry
from web.refusals import show_refusal
from web.verdicts import Square


@require_safe
@signed_in
def register(request: StaffRequest, code: str) -> HttpResponse:
    """What this branch has, and what somebody has to see to."""
    branch = get_branch_or_404(request.user, code)
    return _page(request, branch)


@require_POST
@signed_in
def seen(request: StaffRequest, code: str) -> HttpResponse:
    """One tap: it was looked at, it is there, and all is well with it."""
    branch = get_branch_or_404(request.user, code, Permission.CHANGE_BRANCH)
    try:
        said = cleaned(SeenForm(request.POST))
        facility = get_facility_or_404(
            request.user, branch, said["facility"], Permission.CHANGE_BRANCH
        )
        facilities.see(
            # A page that stays open for days is another look on each of them.
            key=f"seen:{said['key']}:{facility.pk}:{clock.today()}",
            facility=facility,
            look=Look(FacilityState.FIT),
            actor=request.user,
        )
    except DomainError as error:
        return _page(request, branch, error=error)
    if not request.htmx:
        messages.success(request, _("%(what)s: seen today, all well.") % {"what": facility})
    place = reverse("desk:register", args=[branch.code])
    return HttpResponseRedirect(f"{place}#facility-{facility.pk}", status=SEE_OTHER)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def add(request: StaffRequest, code: str) -> HttpResponse:
    """Something of the catalogue that the branch has not had so far."""
    branch = get_branch_or_404(request.user, code, Permission.CHANGE_BRANCH)
    known = types_not_in(branch)
    form = AddForm(known, request.POST or None, initial={"type": request.GET.get("type")})
    if not form.is_valid():
        return _add_page(request, branch, form, status=400 if form.is_bound else 200)
    said = form.cleaned_data
    try:
        facility = facilities.register_facility(
            branch=branch,
            type_=known.get(code=said["type"]),
            quantity=said["quantity"],
            stands_at=said["stands_at"],
        )
    except DomainError as error:
        return _add_page(request, branch, form, status=show_refusal(form, error))
    messages.success(request, _("Entered: %(what)s. Please look at it now.") % {"what": facility})
    return to("register_facility", branch, facility.pk)


def facts_of(request: StaffRequest, branch: Branch) -> dict[str, Any]:
    """What both faces show of a branch, each cell with its words."""
    seen_now = overview(request.user, branch)
    return {
        "overview": seen_now,
        "groups": [(group.group.label, _squares(group)) for group in seen_now.groups],
        "lacking": [Square(cell) for cell in seen_now.lacking],
        "runs_out": [Entry(one, page_of_expiry(branch, one)) for one in seen_now.runs_out],
        "today": branch_day(branch, clock.today()),
        "may_change": may(request.user, Permission.CHANGE_BRANCH),
        "may_report": may(request.user, Permission.REPORT_FAULT),
        "may_open": may(request.user, Permission.VIEW_ESCORT),
    }


def _squares(group: Group) -> list[Square]:
    return [Square(cell) for cell in group.cells]


def _page(
    request: StaffRequest, branch: Branch, *, error: DomainError | None = None
) -> HttpResponse:
    context = {"key": uuid4(), "tab": "faults", "part": "register"}
    return show(request, branch, "register/page", context | facts_of(request, branch), error=error)


def _add_page(request: StaffRequest, branch: Branch, form: AddForm, *, status: int) -> HttpResponse:
    context = {"form": form, "tab": "faults", "part": "register"}
    return show(request, branch, "register/add", context, status=status)
