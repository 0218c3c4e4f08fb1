"""What we hold on a customer: shown, handed out on record, and taken away by two people."""

import json
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, may
from branches.models import Branch
from eldercare import erasure
from eldercare.models import Customer
from eldercare.privacy import export_customer
from eldercare.queries import events_of, reveals_of
from eldercare.retention import kept_until
from foundation.errors import DomainError
from web.desk.access import get_branch_or_404, get_customer_or_404
from web.desk.customers.held import sections
from web.desk.forms import WORDS, ReasonForm, cleaned
from web.desk.frame import show, to
from web.desk.signed_in import StaffRequest, signed_in

SHOWN = 20
WHAT_HAPPENED = {
    "registered": gettext_lazy("registered"),
    "changed": gettext_lazy("put right"),
    "merged": gettext_lazy("joined to another card"),
    "took_in": gettext_lazy("another card was joined to this one"),
    "exported": gettext_lazy("everything was handed out"),
    "erasure_asked": gettext_lazy("wish to be forgotten taken down"),
    "erasure_refused": gettext_lazy("wish to be forgotten refused"),
    "erased": gettext_lazy("forgotten"),
}


class ExportForm(forms.Form):
    reason = forms.CharField(
        max_length=WORDS,
        error_messages={"required": gettext_lazy("Please say in a few words why.")},
    )
    as_file = forms.BooleanField(required=False)


@require_safe
@signed_in
def held(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """Who has read what, until when it is kept, and the two wishes that a customer may have."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_CUSTOMER)
    return _page(request, branch, get_customer_or_404(request.user, public_id))


@require_POST
@signed_in
def export(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """Everything in full, for people or for machines. A POST: in no history and no cache."""
    branch = get_branch_or_404(request.user, code, Permission.EXPORT_CUSTOMER)
    customer = get_customer_or_404(request.user, public_id)
    try:
        said = cleaned(ExportForm(request.POST))
        everything = export_customer(customer=customer, why=said["reason"], actor=request.user)
    except DomainError as error:
        return _page(request, branch, customer, error=error, at="export")
    if said["as_file"]:
        return _file(everything, customer)
    context = {
        "customer": customer,
        "sections": sections(everything),
        "made_at": everything["made_at"],
        "tab": "customers",
    }
    answer = show(request, branch, "customers/export", context)
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@signed_in
def forget(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """The wish is taken down; somebody in the region decides."""
    branch = get_branch_or_404(request.user, code, Permission.ASK_ERASURE)
    customer = get_customer_or_404(request.user, public_id)
    try:
        why = cleaned(ReasonForm(request.POST))["reason"]
        erasure.ask(customer=customer, why=why, actor=request.user)
    except DomainError as error:
        return _page(request, branch, customer, error=error, at="forget")
    messages.success(request, _("Taken down. A second person in the region decides."))
    return to("customer_privacy", branch, customer.public_id)


def _file(everything: dict[str, Any], customer: Customer) -> HttpResponse:
    text = json.dumps(everything, ensure_ascii=False, indent=2)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    # By the opaque id: a name of a file is seen by everybody who looks at the screen.
    answer["Content-Disposition"] = f'attachment; filename="{customer.public_id}.json"'
    answer["Cache-Control"] = "no-store"
    return answer


def _page(
    request: StaffRequest,
    branch: Branch,
    customer: Customer,
    *,
    error: DomainError | None = None,
    at: str = "",
) -> HttpResponse:
    requests = erasure.requests_in_scope(request.user, Permission.VIEW_CUSTOMER)
    events = events_of(request.user, customer)[:SHOWN]
    context = {
        "customer": customer,
        "readings": reveals_of(request.user, customer)[:SHOWN],
        "events": [(one, WHAT_HAPPENED.get(one.to_status, one.to_status)) for one in events],
        "kept_until": kept_until(customer),
        "requests": requests.filter(customer=customer),
        "may_export": may(request.user, Permission.EXPORT_CUSTOMER),
        "may_ask": may(request.user, Permission.ASK_ERASURE),
        "typed": request.POST,
        "at": at,
        "tab": "customers",
    }
    return show(request, branch, "customers/privacy", context, error=error)
