"""May we come to this customer: asked before booking, answered with the rule, and never a bare no.

What is checked here by a POST is a decision and is kept, for somebody hears it as an answer.
Merely opening the page decides nothing.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, may
from branches.models import Branch
from eldercare.eligibility import BY_CODE, Rule, decide, facts_of, words_of
from eldercare.models import Customer, EligibilityDecision, ServiceVersion
from eldercare.models.eligibility import Offer, Outcome
from eldercare.queries import decisions_of, services_at_home, stops_of
from eldercare.room import Near, nearest_with_seats
from foundation.errors import DomainError
from web.desk.access import desk_branches, get_branch_or_404, get_customer_or_404
from web.desk.forms import cleaned
from web.desk.frame import show
from web.desk.signed_in import StaffRequest, signed_in

ON_A_PAGE = 25
TONES = {Outcome.ELIGIBLE: "ok", Outcome.NOT_ELIGIBLE: "wait", Outcome.STOPPED: "bad"}


class AskForm(forms.Form):
    """What only somebody who speaks with the customer can say."""

    service: "forms.ModelChoiceField[ServiceVersion]" = forms.ModelChoiceField(
        queryset=ServiceVersion.objects.none(),
        error_messages={"required": _("Please choose what it is about.")},
    )
    in_hospital = forms.BooleanField(required=False)
    mind_unclear = forms.BooleanField(required=False)
    pressure = forms.BooleanField(required=False)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.fields["service"].queryset = services_at_home()  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Answer:
    """A decision in words: what follows, why by which rule, and what is offered instead."""

    decision: EligibilityDecision

    @property
    def tone(self) -> str:
        return TONES[Outcome(self.decision.outcome)]

    @property
    def rules(self) -> list[Rule]:
        return [BY_CODE[code] for code in self.decision.rules if code in BY_CODE]

    @property
    def offers(self) -> list[str]:
        return [str(Offer(code).label) for code in self.decision.offers]

    @property
    def words(self) -> list[str]:
        return words_of(self.decision)


@dataclass(frozen=True)
class Place:
    """A branch with a seat free, and the way to book company there if this desk may."""

    near: Near
    book_url: str


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ask(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """The question for one customer; the answer is kept with the rules that made it."""
    branch = get_branch_or_404(request.user, code, Permission.BOOK_VISIT)
    customer = get_customer_or_404(request.user, public_id)
    if request.method != "POST":
        return _page(request, branch, customer)
    try:
        said = cleaned(AskForm(request.POST))
        facts = facts_of(
            customer,
            in_hospital=said["in_hospital"],
            mind_clear=not said["mind_unclear"],
            pressure_suspected=said["pressure"],
        )
        _verdict, decision = decide(
            customer=customer, version=said["service"], facts=facts, user=request.user
        )
    except DomainError as error:
        return _page(request, branch, customer, error=error)
    return _page(request, branch, customer, decision=decision)


@require_safe
@signed_in
def stops(request: StaffRequest, code: str) -> HttpResponse:
    """Whom we stopped for, with what has to follow: nobody is sent away and forgotten."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_CUSTOMER)
    page = Paginator(stops_of(request.user, branch), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [Answer(one) for one in page], "tab": "customers"}
    return show(request, branch, "customers/stops", context)


def _page(
    request: StaffRequest,
    branch: Branch,
    customer: Customer,
    *,
    decision: EligibilityDecision | None = None,
    error: DomainError | None = None,
) -> HttpResponse:
    asked_for = decision is not None and decision.outcome != Outcome.ELIGIBLE
    context = {
        "customer": customer,
        "services": services_at_home().select_related("service"),
        "answer": Answer(decision) if decision else None,
        "places": _places(request, customer, decision) if asked_for else [],
        "book_url": _book_url(branch, customer, "home", decision) if decision else "",
        "earlier": [Answer(one) for one in decisions_of(request.user, customer)[:10]],
        "may_book": may(request.user, Permission.BOOK_VISIT),
        "typed": request.POST,
        "tab": "customers",
    }
    return show(request, branch, "customers/home_visit", context, error=error)


def _places(
    request: StaffRequest, customer: Customer, decision: EligibilityDecision | None
) -> list[Place]:
    ours = {branch.pk for branch in desk_branches(request.user)}
    return [
        Place(
            near,
            _book_url(near.branch, customer, "branch", decision) if near.branch.pk in ours else "",
        )
        for near in nearest_with_seats(customer)
    ]


def _book_url(
    branch: Branch, customer: Customer, place: str, decision: EligibilityDecision | None
) -> str:
    assert decision is not None
    version = decision.service_version
    what = f"{place}:{version.service.code}"
    address = reverse("desk:book", args=[branch.code])
    return f"{address}?customer={customer.public_id}&what={what}"
