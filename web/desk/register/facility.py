"""One facility: what it must satisfy, whether it does, and who looked at it when."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, may
from branches import facilities
from branches.coverage import cell_of
from branches.facilities import Look
from branches.models import Branch, Facility
from branches.models.facility import FacilityState
from branches.queries import faults_of, sightings_of
from foundation.errors import DomainError
from web.desk.access import get_branch_or_404, get_facility_or_404
from web.desk.frame import show, to
from web.desk.register.faults import FaultFile
from web.desk.register.forms import LookForm
from web.desk.signed_in import StaffRequest, signed_in
from web.refusals import show_refusal
from web.verdicts import STATE_TONES, Square

ON_A_PAGE = 20


@require_safe
@signed_in
def facility(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """All that the register knows about one facility."""
    branch = get_branch_or_404(request.user, code)
    row = get_facility_or_404(request.user, branch, pk, Permission.VIEW_BRANCH)
    return _page(request, branch, row, LookForm(row, initial=_as_it_is(row)))


@require_POST
@signed_in
def look(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """Somebody has looked, and says what they saw."""
    branch = get_branch_or_404(request.user, code)
    row = get_facility_or_404(request.user, branch, pk, Permission.CHANGE_BRANCH)
    form = LookForm(row, request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, branch, row, form, status=400)
    said = dict(form.cleaned_data)
    key, photo = said.pop("key"), said.pop("photo")
    try:
        facilities.see(
            key=f"look:{key}",
            facility=row,
            look=Look(FacilityState(said.pop("state")), **said),
            actor=request.user,
            photo=photo,
        )
    except DomainError as error:
        return _page(request, branch, row, form, status=show_refusal(form, error))
    messages.success(request, _("%(what)s: your look is on record. Thank you.") % {"what": row})
    return to("register_facility", branch, row.pk)


def _as_it_is(row: Facility) -> dict[str, Any]:
    return {
        "key": uuid4(),
        "state": row.state,
        "quantity": row.quantity,
        "measured": row.measured,
        "stands_at": row.stands_at,
        "expires_on": row.expires_on,
    }


def _page(
    request: StaffRequest, branch: Branch, row: Facility, form: LookForm, *, status: int = 200
) -> HttpResponse:
    faults = faults_of(request.user, branch).filter(facility=row)
    seen = Paginator(sightings_of(request.user, row), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "facility": row,
        "square": Square(cell_of(branch, row)),
        "form": form,
        "faults": [FaultFile(fault) for fault in faults],
        "page": seen,
        "sightings": [(one, STATE_TONES[FacilityState(one.state)]) for one in seen],
        "may_change": may(request.user, Permission.CHANGE_BRANCH),
        "may_report": may(request.user, Permission.REPORT_FAULT),
        "may_repair": may(request.user, Permission.REPAIR_FAULT),
        "tab": "faults",
        "part": "register",
    }
    return show(request, branch, "register/facility", context, status=status)
