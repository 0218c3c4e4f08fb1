"""A branch checks itself before somebody else does: its manager goes through the same items."""

from uuid import uuid4

from django import forms
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission, may
from audits import inspections
from audits.models import Inspection, InspectionKind
from audits.queries import inspections_of
from branches.models import Branch
from foundation import clock
from foundation.errors import DomainError
from web.desk.access import get_branch_or_404
from web.desk.forms import cleaned
from web.desk.frame import show
from web.desk.signed_in import StaffRequest, signed_in
from web.region.frame import to

LATEST = 12


class BeginForm(forms.Form):
    """``key`` is made with the page, so that a double tap begins one self-check."""

    key = forms.UUIDField()


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def self_check(request: StaffRequest, code: str) -> HttpResponse:
    """What was looked at here and what is announced; and the way into a self-check of one's own."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_AUDIT)
    error = None
    if request.method == "POST":
        branch = get_branch_or_404(request.user, code, Permission.SELF_CHECK)
        try:
            return to("inspection", _begun(request, branch).public_id)
        except DomainError as refusal:
            error = refusal
    rows = inspections_of(request.user, branch)
    context = {
        "live": rows.open(),
        "ended": rows.submitted()[:LATEST],
        "may_check": may(request.user, Permission.SELF_CHECK),
        "key": uuid4(),
        "tab": "faults",
        "part": "self_check",
    }
    return show(request, branch, "self_check", context, error=error)


def _begun(request: StaffRequest, branch: Branch) -> Inspection:
    """The self-check that is under way, or a new one."""
    own = inspections_of(request.user, branch).open().filter(kind=InspectionKind.SELF_CHECK)
    row = own.first() or inspections.plan(
        key=str(cleaned(BeginForm(request.POST))["key"]),
        branch=branch,
        kind=InspectionKind.SELF_CHECK,
        day=clock.today(),
        inspector=request.user,
        actor=request.user,
    )
    return inspections.start(inspection=row, actor=request.user)
