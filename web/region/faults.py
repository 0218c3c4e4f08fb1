"""A facility fault from the region's desk, or a phone during an inspection: report, close."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from branches import faults
from branches.models import Branch, Facility
from branches.states import FaultStatus
from foundation.errors import DomainError, MoveRefused
from web.desk.forms import cleaned
from web.desk.signed_in import StaffRequest, signed_in
from web.region.access import get_branch_or_404, get_facility_or_404, get_fault_or_404
from web.region.branches import branch_page
from web.region.forms import CloseForm, ReportForm
from web.region.frame import show, to


@require_safe
@signed_in
def ask(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """What is wrong with this facility?"""
    branch = get_branch_or_404(request.user, code)
    return _page(request, branch, get_facility_or_404(request.user, branch, pk))


@require_POST
@signed_in
def report(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """Reported: it is out of use until somebody closes the fault."""
    branch = get_branch_or_404(request.user, code)
    facility = get_facility_or_404(request.user, branch, pk)
    try:
        words = cleaned(ReportForm(request.POST))["words"]
        faults.report_fault(facility=facility, words=words, actor=request.user)
    except DomainError as error:
        return _page(request, branch, facility, error=error)
    said = _("Reported: %(what)s. It is out of use until it is repaired.") % {"what": facility}
    messages.success(request, said)
    return to("branch", branch.code)


@require_POST
@signed_in
def close(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """Repaired, or reported by mistake: the facility is fit for use again."""
    branch = get_branch_or_404(request.user, code)
    fault = get_fault_or_404(request.user, branch, pk)
    try:
        said = cleaned(CloseForm(request.POST))
        goal = FaultStatus(said["to"])
        faults.close_fault(fault=fault, to=goal, reason=said["reason"], actor=request.user)
    except MoveRefused as error:
        # A second tap finds what the first one did: nothing to be sorry about.
        if fault.status != request.POST.get("to"):
            return branch_page(request, branch, error=error, at=pk)
    except DomainError as error:
        return branch_page(request, branch, error=error, at=pk)
    messages.success(request, _("Closed: %(what)s is in use again.") % {"what": fault.facility})
    return to("branch", branch.code)


def _page(
    request: StaffRequest, branch: Branch, facility: Facility, *, error: DomainError | None = None
) -> HttpResponse:
    context = {
        "branch": branch,
        "facility": facility,
        "typed": request.POST,
        "tab": "branches",
    }
    return show(request, "report_fault", context, error=error)
