"""Somebody new at the desk: one form, every field at fault named at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from branches.models import Branch
from eldercare.duplicates import Because, Candidate, candidates
from eldercare.models import Customer, Need
from eldercare.models.customer import ContactChannel
from eldercare.registration import Details, register_customer
from foundation.errors import DomainError
from web.desk.access import get_branch_or_404
from web.desk.forms import cleaned
from web.desk.frame import show, to
from web.desk.signed_in import StaffRequest, signed_in

CONFLICT = 409


class RegisterForm(forms.Form):
    name = forms.CharField(
        max_length=60, error_messages={"required": gettext_lazy("Please give the name.")}
    )
    preferred_name = forms.CharField(max_length=60, required=False)
    phone = forms.CharField(
        max_length=30, error_messages={"required": gettext_lazy("Please give the phone number.")}
    )
    birth_year = forms.IntegerField(
        error_messages={
            "required": gettext_lazy("Please give the year of birth."),
            "invalid": gettext_lazy("Please give the year of birth."),
        }
    )
    address = forms.CharField(max_length=200, required=False)
    needs = forms.MultipleChoiceField(choices=Need, required=False)
    contact_by = forms.ChoiceField(choices=ContactChannel)
    sure = forms.BooleanField(required=False)


@dataclass(frozen=True)
class Field:
    """One input as the page shows it."""

    name: str
    label: str | Promise
    value: str
    error: str | Promise
    required: bool = False
    kind: str = "text"


LABELS = {
    "name": gettext_lazy("Name"),
    "preferred_name": gettext_lazy("Likes to be called"),
    "phone": gettext_lazy("Phone"),
    "birth_year": gettext_lazy("Year of birth"),
    "address": gettext_lazy("Address"),
}
NEEDED = frozenset({"name", "phone", "birth_year"})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def register(request: StaffRequest, code: str) -> HttpResponse:
    """Whoever is known by this name and phone already is shown, and not taken in twice."""
    branch = get_branch_or_404(request.user, code, Permission.CHANGE_CUSTOMER)
    if request.method != "POST":
        return _page(request, branch)
    try:
        said = cleaned(RegisterForm(request.POST))
        sure = said.pop("sure")
        known = candidates(request.user, name=said["name"], phone=said["phone"])
        same = [one.customer for one in known if one.because == Because.PHONE_AND_NAME]
        if known and not same and not sure:
            return _page(request, branch, known=known, status=CONFLICT)
        customer = same[0] if same else _register(request, branch, said)
    except DomainError as error:
        return _page(request, branch, error=error)
    words = _("We know %(who)s already.") if same else _("%(who)s is registered.")
    messages.success(request, words % {"who": customer.called})
    return to("customer", branch, customer.public_id)


def _register(request: StaffRequest, branch: Branch, said: dict[str, Any]) -> Customer:
    return register_customer(branch=branch, details=Details(**said), actor=request.user)


def _page(
    request: StaffRequest,
    branch: Branch,
    *,
    error: DomainError | None = None,
    known: Sequence[Candidate] = (),
    status: int = 200,
) -> HttpResponse:
    typed, faults = request.POST, dict(error.fields) if error else {}
    # The year stands in for the date, and speaks for it.
    faults["birth_year"] = faults.pop("birth_date", faults.get("birth_year", ""))
    fields = [
        Field(
            name,
            label,
            typed.get(name, ""),
            faults.get(name, ""),
            name in NEEDED,
            "number" if name == "birth_year" else "text",
        )
        for name, label in LABELS.items()
    ]
    chosen = typed.getlist("needs")
    context = {
        "fields": fields,
        "needs": [(value, words, value in chosen) for value, words in Need.choices],
        "channels": ContactChannel.choices,
        "channel": typed.get("contact_by") or ContactChannel.SMS.value,
        "known": [one.customer for one in known],
        "tab": "customers",
    }
    return show(request, branch, "customer_new", context, error=error, status=status)
