"""A facility is broken: which one (tap one), what is wrong (tap two)."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, may
from branches import faults
from branches.models import Branch, Facility
from branches.queries import facilities_of
from foundation.errors import DomainError
from web.desk.access import get_branch_or_404, get_facility_or_404
from web.desk.forms import FaultForm, cleaned
from web.desk.frame import show, to
from web.desk.signed_in import StaffRequest, signed_in

WRONGS = (
    gettext_lazy("broken"),
    gettext_lazy("missing"),
    gettext_lazy("dirty"),
    gettext_lazy("used up"),
    gettext_lazy("expired"),
    gettext_lazy("not safe"),
)


@require_safe
@signed_in
def which(request: StaffRequest, code: str) -> HttpResponse:
    """Tap one: what this branch has, and what is being repaired already."""
    branch = get_branch_or_404(request.user, code)
    context = {
        "facilities": facilities_of(branch),
        "may_report": may(request.user, Permission.REPORT_FAULT),
        "tab": "faults",
    }
    return show(request, branch, "faults", context)


@require_safe
@signed_in
def what(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """Tap two: what is wrong with it."""
    branch = get_branch_or_404(request.user, code)
    return _page(request, branch, get_facility_or_404(request.user, branch, pk))


@require_POST
@signed_in
def report(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """Reported: it is out of use until somebody closes the fault."""
    branch = get_branch_or_404(request.user, code)
    facility = get_facility_or_404(request.user, branch, pk)
    try:
        said = cleaned(FaultForm(request.POST, request.FILES))
        faults.report_fault(
            facility=facility, words=said["said"], actor=request.user, photo=said["photo"]
        )
    except DomainError as error:
        return _page(request, branch, facility, error=error)
    messages.success(
        request,
        _("Reported: %(what)s. It is out of use until it is repaired.") % {"what": facility},
    )
    return to("faults", branch)


def _page(
    request: StaffRequest, branch: Branch, facility: Facility, *, error: DomainError | None = None
) -> HttpResponse:
    context = {"facility": facility, "wrongs": WRONGS, "typed": request.POST, "tab": "faults"}
    return show(request, branch, "fault", context, error=error)
