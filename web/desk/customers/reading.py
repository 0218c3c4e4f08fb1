"""The register of readings: who has seen which detail in full, whose, and why."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from eldercare.queries import readings_in
from web.desk.access import get_branch_or_404
from web.desk.frame import show
from web.desk.signed_in import StaffRequest, signed_in

ON_A_PAGE = 50


@require_safe
@signed_in
def readings(request: StaffRequest, code: str) -> HttpResponse:
    """All readings of this branch's customers, the newest first; by one colleague if named."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_REVEALS)
    rows = readings_in(request.user, branch, request.GET.get("who", "")[:60])
    context = {
        "page": Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page")),
        "who": request.GET.get("who", "")[:60],
        "tab": "customers",
    }
    return show(request, branch, "customers/readings", context)
