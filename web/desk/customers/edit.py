"""A customer put right: the form of registering, with what is sealed left out until it changes."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from branches.models import Branch
from eldercare.corrections import correct_customer, details_of, stamp_of
from eldercare.models import Customer
from eldercare.registration import Details, record_identity
from foundation.errors import DomainError
from foundation.locks import sharing
from web.desk.access import get_branch_or_404, get_customer_or_404
from web.desk.customers.form import EditForm, details_in, page_of
from web.desk.forms import cleaned
from web.desk.frame import show, to
from web.desk.signed_in import StaffRequest, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """What is typed takes the place of what was on record; a colleague's change is never lost."""
    branch = get_branch_or_404(request.user, code, Permission.CHANGE_CUSTOMER)
    customer = get_customer_or_404(request.user, public_id)
    if request.method != "POST":
        return _page(request, branch, customer)
    try:
        said = cleaned(EditForm(request.POST, request.user, customer.branch))
        details = _completed(details_in(said), customer)
        with sharing():
            correct_customer(
                customer=customer, details=details, seen=said["seen"], actor=request.user
            )
            if details.identity is not None:
                record_identity(customer=customer, identity=details.identity, actor=request.user)
    except DomainError as error:
        return _page(request, branch, customer, error=error)
    messages.success(request, _("Written down. Thank you."))
    return to("customer", branch, customer.public_id)


def _completed(typed: Details, customer: Customer) -> Details:
    """What the page did not show, because it is sealed, stays unless something was typed."""
    kept = details_of(customer)
    return replace(
        typed,
        phone=typed.phone or kept.phone,
        address=typed.address or kept.address,
        place=typed.place or kept.place,
    )


def _page(
    request: StaffRequest,
    branch: Branch,
    customer: Customer,
    *,
    error: DomainError | None = None,
) -> HttpResponse:
    faults = error.fields if error else {}
    context = {
        **page_of(request.user, customer.branch, request.POST, faults, customer),
        "customer": customer,
        "seen": request.POST.get("seen") or stamp_of(customer),
        "tab": "customers",
    }
    return show(request, branch, "customers/edit", context, error=error)
