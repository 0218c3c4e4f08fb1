"""Who may ask for a customer: the five things of an authorisation, given, withdrawn, and past."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, may
from branches.models import Branch
from eldercare.consents import (
    Authorisation,
    add_representative,
    consents_in_scope,
    give_consent,
    withdraw_consent,
)
from eldercare.models import Consent, Customer, Service
from eldercare.models.consent import ConsentGiven, Relation
from eldercare.papers import read_paper
from eldercare.queries import services_offered
from foundation import clock
from foundation.errors import DomainError
from foundation.locks import sharing
from web.desk.access import get_branch_or_404, get_customer_or_404
from web.desk.customers.access import agents_of
from web.desk.fields import PhotoField
from web.desk.forms import ReasonForm, cleaned
from web.desk.frame import show, to
from web.desk.signed_in import StaffRequest, signed_in

A_YEAR = timedelta(days=365)
CHOOSE = gettext_lazy("Please choose from the list.")


class ConsentForm(forms.Form):
    """Agent, matter, scope, period, signature (Civil Code art. 165)."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        error_messages={"required": gettext_lazy("Please give the name.")},
    )
    relation = forms.ChoiceField(
        label=gettext_lazy("Who they are to the customer"),
        choices=[("", gettext_lazy("please choose")), *Relation.choices],
        error_messages={"required": CHOOSE},
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=30,
        error_messages={"required": gettext_lazy("Please give the phone number.")},
    )
    matter = forms.CharField(
        label=gettext_lazy("What they may do"),
        max_length=200,
        error_messages={"required": gettext_lazy("Please say in a few words what may be done.")},
    )
    services: "forms.ModelMultipleChoiceField[Service]" = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Only for these services (none ticked: for all)"),
        queryset=Service.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    starts = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    ends = forms.DateField(
        label=gettext_lazy("Until"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    given = forms.ChoiceField(
        label=gettext_lazy("How the customer said so"),
        choices=ConsentGiven,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE},
    )
    evidence = forms.CharField(
        label=gettext_lazy("Number of the recording or of the paper"),
        max_length=100,
        required=False,
    )
    paper = PhotoField(label=gettext_lazy("Photo of the signed paper"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["services"]
        field.queryset = Service.objects.filter(versions__in=services_offered())  # type: ignore[attr-defined]
        names = {one.service_id: one.name for one in services_offered()}
        field.label_from_instance = lambda row: names.get(row.pk, row.code)  # type: ignore[attr-defined]


@require_safe
@signed_in
def listing(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """Whose consent stands, whose has ended, and a form for one more."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_CUSTOMER)
    return _page(request, branch, get_customer_or_404(request.user, public_id))


@require_POST
@signed_in
def add(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """A representative with their consent: both or neither."""
    branch = get_branch_or_404(request.user, code, Permission.CHANGE_CUSTOMER)
    customer = get_customer_or_404(request.user, public_id)
    form = ConsentForm(request.POST, request.FILES)
    try:
        said = cleaned(form)
        who = {name: said.pop(name) for name in ("name", "relation", "phone")}
        with sharing():
            person = add_representative(customer=customer, actor=request.user, **who)
            said["given"] = ConsentGiven(said["given"])
            give_consent(
                representative=person,
                authorisation=Authorisation(**said | {"services": list(said["services"])}),
                actor=request.user,
            )
    except DomainError as error:
        return _page(request, branch, customer, form=form, error=error)
    words = _("%(name)s may ask for %(who)s from now on.")
    messages.success(request, words % {"name": person.name, "who": customer.called})
    return to("family", branch, customer.public_id)


@require_POST
@signed_in
def withdraw(request: StaffRequest, code: str, public_id: UUID, pk: int) -> HttpResponse:
    """It ends at once: the next thing that this person asks for is refused."""
    branch = get_branch_or_404(request.user, code, Permission.CHANGE_CUSTOMER)
    customer = get_customer_or_404(request.user, public_id)
    consent = _consent(request, customer, pk)
    try:
        why = cleaned(ReasonForm(request.POST))["reason"]
        withdraw_consent(consent=consent, why=why, actor=request.user)
    except DomainError as error:
        return _page(request, branch, customer, error=error, at=f"consent-{pk}")
    messages.success(request, _("Withdrawn. They can ask for nothing any more."))
    return to("family", branch, customer.public_id)


@require_POST
@signed_in
def paper(request: StaffRequest, code: str, public_id: UUID, pk: int) -> HttpResponse:
    """The signed paper, with the reason on record; kept by no browser."""
    branch = get_branch_or_404(request.user, code, Permission.REVEAL_CUSTOMER)
    customer = get_customer_or_404(request.user, public_id)
    consent = _consent(request, customer, pk)
    if not hasattr(consent, "paper"):
        return _page(request, branch, customer)
    try:
        why = cleaned(ReasonForm(request.POST))["reason"]
        picture = read_paper(paper=consent.paper, why=why, actor=request.user)
    except DomainError as error:
        return _page(request, branch, customer, error=error, at=f"paper-{pk}")
    answer = HttpResponse(picture, content_type="image/jpeg")
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer


def _consent(request: StaffRequest, customer: Customer, pk: int) -> Consent:
    found = consents_in_scope(request.user, customer).filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is no such thing here."))
    return found


def _page(
    request: StaffRequest,
    branch: Branch,
    customer: Customer,
    *,
    form: ConsentForm | None = None,
    error: DomainError | None = None,
    at: str = "",
) -> HttpResponse:
    today = clock.today()
    period = {"starts": today, "ends": today + A_YEAR, "matter": _("book and change appointments")}
    context = {
        "customer": customer,
        "agents": agents_of(request.user, customer),
        "form": _with_faults(form, error) if form else ConsentForm(initial=period),
        "may_change": may(request.user, Permission.CHANGE_CUSTOMER),
        "may_reveal": may(request.user, Permission.REVEAL_CUSTOMER),
        "today": today,
        "typed": request.POST,
        "at": at,
        "tab": "customers",
    }
    return show(request, branch, "customers/family", context, error=error)


def _with_faults(form: ConsentForm, error: DomainError | None) -> ConsentForm:
    """The rule's words beside the field that they are about."""
    for name, words in (error.fields if error else {}).items():
        # A photo that is none is a fault of the field that holds it.
        field = "paper" if name == "photo" else name
        if field in form.fields and field not in form.errors:
            form.add_error(field, str(words))
    return form
