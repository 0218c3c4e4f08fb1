"""Two rows that may be one person: side by side, what to keep chosen line by line, then joined."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from branches.models import Branch
from eldercare.duplicates import candidates_for
from eldercare.merging import CHOICES, merge_customers
from eldercare.models import Customer
from foundation.errors import DomainError
from web.desk.access import get_branch_or_404, get_customer_or_404
from web.desk.forms import WORDS, cleaned
from web.desk.frame import show, to
from web.desk.signed_in import StaffRequest, signed_in

LABELS: dict[str, str | Promise] = {
    "name": gettext_lazy("Name"),
    "preferred_name": gettext_lazy("Likes to be called"),
    "birth": gettext_lazy("Born"),
    "phone": gettext_lazy("Phone"),
    "address": gettext_lazy("Address"),
    "contact_by": gettext_lazy("How to reach them"),
    "preferred_staff": gettext_lazy("Likes to be served by"),
    "note": gettext_lazy("Note"),
}


class MergeForm(forms.Form):
    other = forms.UUIDField()
    why = forms.CharField(
        max_length=WORDS,
        error_messages={"required": gettext_lazy("Please say why they are one person.")},
    )
    take = forms.MultipleChoiceField(choices=[(name, name) for name in CHOICES], required=False)


@dataclass(frozen=True)
class Row:
    """One thing that both rows say; ``theirs`` is ticked when the other row's is to be kept."""

    name: str
    label: str | Promise
    ours: str
    other: str
    theirs: bool

    @property
    def differs(self) -> bool:
        return self.ours != self.other


@require_safe
@signed_in
def compare(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """Who this may be as well; with one of them chosen, both side by side."""
    branch = get_branch_or_404(request.user, code, Permission.CHANGE_CUSTOMER)
    customer = get_customer_or_404(request.user, public_id)
    named = request.GET.get("other", "")
    return _page(request, branch, customer, _other(request, named) if named else None)


@require_POST
@signed_in
def merge(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """Made one; nothing that happened to either is lost."""
    branch = get_branch_or_404(request.user, code, Permission.CHANGE_CUSTOMER)
    keep = get_customer_or_404(request.user, public_id)
    named = request.POST.get("other", "")
    other = _other(request, named) if named else None
    try:
        said = cleaned(MergeForm(request.POST))
        merge_customers(
            keep=keep, merged=other or keep, why=said["why"], take=said["take"], actor=request.user
        )
    except DomainError as error:
        return _page(request, branch, keep, other, error=error)
    messages.success(request, _("They are one now. What was under both is on this card."))
    return to("customer", branch, keep.public_id)


def _other(request: StaffRequest, named: str) -> Customer:
    try:
        return get_customer_or_404(request.user, UUID(named))
    except ValueError:
        raise Http404(_("There is no such thing here.")) from None


def _page(
    request: StaffRequest,
    branch: Branch,
    customer: Customer,
    other: Customer | None,
    *,
    error: DomainError | None = None,
) -> HttpResponse:
    context = {
        "customer": customer,
        "other": other,
        "found": [] if other else candidates_for(request.user, customer),
        "rows": _rows(customer, other, request.POST.getlist("take")) if other else [],
        "typed": request.POST,
        "tab": "customers",
    }
    return show(request, branch, "customers/same", context, error=error)


def _rows(customer: Customer, other: Customer, take: list[str]) -> list[Row]:
    ours, theirs = _said(customer), _said(other)
    return [
        Row(name, LABELS[name], ours[name], theirs[name], name in take or not ours[name])
        for name in CHOICES
    ]


def _said(row: Customer) -> dict[str, str]:
    return {
        "name": row.name,
        "preferred_name": row.preferred_name,
        "birth": row.birth_date.isoformat() if row.birth_date else str(row.birth_year),
        "phone": row.masked_phone,
        "address": row.masked_address,
        "contact_by": str(row.get_contact_by_display()),
        "preferred_staff": row.preferred_staff.name if row.preferred_staff else "",
        "note": row.note,
    }
