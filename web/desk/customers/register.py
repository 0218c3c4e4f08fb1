"""Somebody new at the desk: one form, every field at fault named at once."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from branches.models import Branch
from eldercare.duplicates import Because, Candidate, candidates
from eldercare.models import Customer
from eldercare.registration import AlreadyRegistered, register_customer
from foundation.errors import DomainError
from web.desk.access import get_branch_or_404
from web.desk.customers.form import CustomerForm, details_in, page_of
from web.desk.forms import cleaned
from web.desk.frame import show, to
from web.desk.signed_in import StaffRequest, signed_in

CONFLICT = 409


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def register(request: StaffRequest, code: str) -> HttpResponse:
    """Whoever is known by this name and phone already is shown, and not taken in twice."""
    branch = get_branch_or_404(request.user, code, Permission.CHANGE_CUSTOMER)
    if request.method != "POST":
        return _page(request, branch)
    try:
        said = cleaned(CustomerForm(request.POST, request.user, branch))
        known = candidates(request.user, name=said["name"], phone=said["phone"])
        same = [one.customer for one in known if one.because == Because.PHONE_AND_NAME]
        if known and not same and not said["sure"]:
            return _page(request, branch, known=known, status=CONFLICT)
        if same:
            return _known(request, branch, same[0])
        customer = register_customer(branch=branch, details=details_in(said), actor=request.user)
    except AlreadyRegistered as error:
        return _known(request, branch, error.customer)
    except DomainError as error:
        return _page(request, branch, error=error)
    messages.success(request, _("%(who)s is registered.") % {"who": customer.called})
    return to("customer", branch, customer.public_id)


def _known(request: StaffRequest, branch: Branch, customer: Customer) -> HttpResponse:
    messages.success(request, _("We know %(who)s already.") % {"who": customer.called})
    return to("customer", branch, customer.public_id)


def _page(
    request: StaffRequest,
    branch: Branch,
    *,
    error: DomainError | None = None,
    known: Sequence[Candidate] = (),
    status: int = 200,
) -> HttpResponse:
    faults = error.fields if error else {}
    context = {
        **page_of(request.user, branch, request.POST, faults),
        "known": [one.customer for one in known],
        "tab": "customers",
    }
    return show(request, branch, "customers/new", context, error=error, status=status)
