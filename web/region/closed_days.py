"""What was promised on days that have become holidays since, for the whole region."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, require
from appointments import closed_days
from web.desk.signed_in import StaffRequest, signed_in
from web.region.frame import show


@require_safe
@signed_in
def listing(request: StaffRequest) -> HttpResponse:
    """Each visit and each company at a branch, until it is moved or cancelled."""
    require(request.user, Permission.VIEW_VISIT)
    return show(request, "closed_days", {"rows": closed_days.lost(request.user), "tab": "branches"})
