"""A facility fault from the region's desk, or a phone during an inspection: report, close."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from branches import faults
from branches.models import Branch, Facility
from foundation.errors import DomainError
from web.desk.access import get_facility_or_404, get_fault_or_404
from web.desk.forms import cleaned
from web.desk.register.faults import close_as_said
from web.desk.signed_in import StaffRequest, signed_in
from web.region.access import get_branch_or_404
from web.region.branches import branch_page
from web.region.forms import ReportForm
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
        said = cleaned(ReportForm(request.POST, request.FILES))
        faults.report_fault(
            facility=facility, words=said["words"], actor=request.user, photo=said["photo"]
        )
    except DomainError as error:
        return _page(request, branch, facility, error=error)
    words = _("Reported: %(what)s. It is out of use until it is repaired.") % {"what": facility}
    messages.success(request, words)
    return to("branch", branch.code)


@require_POST
@signed_in
def close(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """Repaired, or reported by mistake."""
    branch = get_branch_or_404(request.user, code)
    fault = get_fault_or_404(request.user, branch, pk)
    error = close_as_said(request, fault)
    if error:
        return branch_page(request, branch, error=error, at=pk)
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
