"""Faults followed to the repair, from both faces: what was found, what was done, how it is now."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, may
from branches import faults
from branches.models import Branch, FacilityFault, FaultEvent
from branches.models.facility import FacilityState
from branches.queries import faults_of
from branches.states import FaultStatus
from foundation.errors import DomainError, MoveRefused
from web.desk.access import get_branch_or_404, get_fault_or_404
from web.desk.forms import cleaned
from web.desk.frame import show, to
from web.desk.register.forms import CloseForm
from web.desk.signed_in import StaffRequest, signed_in

ON_A_PAGE = 20


@dataclass(frozen=True)
class Line:
    """One event of a fault, its status in words, and in what state it left the facility."""

    event: FaultEvent

    @property
    def words(self) -> str:
        return str(FaultStatus(self.event.to_status).label)

    @property
    def state(self) -> str:
        left = self.event.snapshot.get("state", "")
        return str(FacilityState(left).label) if left in FacilityState.values else ""


@dataclass(frozen=True)
class FaultFile:
    """A fault with all that happened to it."""

    fault: FacilityFault

    @property
    def is_open(self) -> bool:
        return self.fault.status == FaultStatus.REPORTED

    @property
    def lines(self) -> list[Line]:
        return [Line(event) for event in self.fault.events.all()]


@require_safe
@signed_in
def listing(request: StaffRequest, code: str) -> HttpResponse:
    """A branch's faults, those that wait for a repair first."""
    return _page(request, get_branch_or_404(request.user, code))


@require_POST
@signed_in
def close(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """Repaired, or reported by mistake."""
    branch = get_branch_or_404(request.user, code)
    fault = get_fault_or_404(request.user, branch, pk)
    error = close_as_said(request, fault)
    return _page(request, branch, error=error, at=pk) if error else to("register_faults", branch)


def close_as_said(request: StaffRequest, fault: FacilityFault) -> DomainError | None:
    """Close a fault as a form says; what stands in the way of it, if anything does."""
    try:
        said = cleaned(CloseForm(request.POST, request.FILES))
        state = FacilityState(said["state"])
        faults.close_fault(
            fault=fault,
            to=FaultStatus(said["to"]),
            reason=said["reason"],
            actor=request.user,
            state=state,
            photo=said["photo"],
        )
    except MoveRefused as error:
        # A second tap finds what the first one did: nothing to be sorry about.
        if fault.status != request.POST.get("to"):
            return error
        state = FacilityState(fault.facility.state)
    except DomainError as error:
        return error
    words = {"what": fault.facility, "state": state.label}
    messages.success(request, _("Closed: %(what)s is %(state)s.") % words)
    return None


def _page(
    request: StaffRequest, branch: Branch, *, error: DomainError | None = None, at: int = 0
) -> HttpResponse:
    rows = Paginator(faults_of(request.user, branch), ON_A_PAGE)
    page = rows.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "faults": [FaultFile(fault) for fault in page],
        "may_repair": may(request.user, Permission.REPAIR_FAULT),
        "typed": request.POST,
        "at": at,
        "tab": "faults",
        "part": "faults",
    }
    return show(request, branch, "register/faults", context, error=error)
