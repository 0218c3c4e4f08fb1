"""What surrounds every region page: the tabs, and the words of a rule that refused."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.permissions import Permission, may
from foundation.errors import DomainError
from web.desk.signed_in import StaffRequest

SEE_OTHER = 303


def show(
    request: StaffRequest,
    template: str,
    context: dict[str, Any],
    *,
    error: DomainError | None = None,
) -> HttpResponse:
    """One region page. With an ``error`` it says the rule's words, with its status."""
    frame = {
        "may_run_desk": may(request.user, Permission.VIEW_ESCORT),
        "may_see_stock": may(request.user, Permission.VIEW_STOCK),
        "may_import": may(request.user, Permission.CHANGE_BRANCH)
        or may(request.user, Permission.CHANGE_ROSTER),
        "may_plan_days": may(request.user, Permission.PLAN_DAY),
        "may_see_operations": may(request.user, Permission.VIEW_OPERATIONS),
        "error": error,
    }
    status = error.http_status if error else 200
    return render(request, f"region/{template}.html", frame | context, status=status)


def to(name: str, *args: object) -> HttpResponse:
    """Go and look at a page after something has been done: a reload repeats nothing."""
    return HttpResponseRedirect(reverse(f"region:{name}", args=args), status=SEE_OTHER)
