"""What expires in this branch: the month, and the next ninety days."""

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from branches.expiry import Expiry, ExpiryKind
from branches.models import Branch
from web import columns
from web.desk.access import get_branch_or_404
from web.desk.frame import show
from web.desk.signed_in import StaffRequest, signed_in
from web.expiry import ExpiryFilter, calendar_of, expiring_soon
from web.exports import exported


@require_safe
@signed_in
def calendar(request: StaffRequest, code: str) -> HttpResponseBase:
    """Batches, facilities, badges and trainings by their day."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_STOCK)
    wanted = ExpiryFilter(request.GET)
    if "format" in request.GET:
        soon = expiring_soon(request.user, wanted, branch)
        file = exported(request, _("What expires"), columns.expiring(), soon)
        if file is not None:
            return file

    def page_of(one: Expiry) -> str:
        return page_of_expiry(branch, one)

    context = {
        "calendar": calendar_of(
            request.user,
            wanted,
            page_of=page_of,
            branch=branch,
            number=request.GET.get("page"),
        ),
        "filter": wanted,
        "target": reverse("desk:expiry", args=[branch.code]),
        "tab": "stock",
    }
    return show(request, branch, "stock/expiry", context)


def page_of_expiry(branch: Branch, one: Expiry) -> str:
    """Where something is done about it."""
    door, pk = {
        ExpiryKind.BATCH: ("desk:stock_item", one.of),
        ExpiryKind.FACILITY: ("desk:register_facility", one.pk),
        ExpiryKind.BADGE: ("desk:person", one.pk),
        ExpiryKind.TRAINING: ("desk:person", one.of),
    }[one.kind]
    return reverse(door, args=[branch.code, pk])
