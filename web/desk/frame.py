"""What surrounds every desk page: the branch, the tabs, and what waits behind them."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.permissions import Permission, may
from appointments.queries import visits_to_approve
from branches.models import Branch
from branches.queries import open_steps
from foundation.errors import DomainError
from web.desk.signed_in import StaffRequest

SEE_OTHER = 303


def show(
    request: StaffRequest,
    branch: Branch,
    template: str,
    context: dict[str, Any],
    *,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    """One page of a branch's desk. With an ``error`` it says the rule's words, with its status."""
    frame = {
        "branch": branch,
        "steps_open": open_steps(request.user, branch).count(),
        "visits_asked": visits_to_approve(request.user, branch).count(),
        "may_see_stock": may(request.user, Permission.VIEW_STOCK),
        "error": error,
    }
    code = error.http_status if error else status
    return render(request, f"desk/{template}.html", frame | context, status=code)


def to(name: str, branch: Branch, *args: object) -> HttpResponse:
    """Go and look at a page after something has been done: a reload repeats nothing."""
    target = reverse(f"desk:{name}", args=[branch.code, *args])
    return HttpResponseRedirect(target, status=SEE_OTHER)
