"""A customer on one screen: whom to mind how, who may ask for them, what is booked, what to do."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission, may
from appointments.models import HomeVisit
from appointments.models.home_visit import AskedBy
from appointments.queries import escorts_of_customers, visits_of_customers, wishes_of_customers
from appointments.states import AHEAD, LIVE, VisitStatus
from branches.models import Branch
from eldercare import phones
from eldercare.contact import way_to
from eldercare.duplicates import candidates_for
from eldercare.eligibility import last_decision, words_of
from eldercare.merging import survivor_of
from eldercare.models import Customer, Escort, IdentityCheck
from eldercare.models.customer import Circumstance
from eldercare.models.eligibility import Outcome
from eldercare.reveals import reveal_address, reveal_phone
from eldercare.states import EscortStatus
from foundation.errors import DomainError
from foundation.locks import locking
from web.desk.access import get_branch_or_404, get_customer_or_404
from web.desk.customers.access import agents_of, find_customers
from web.desk.forms import ReasonForm, cleaned
from web.desk.frame import show, to
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.visits import TONES
from web.desk.words import need_words

PAST_SHOWN = 10
NOW = frozenset({EscortStatus.BOOKED, EscortStatus.WAITING, EscortStatus.ACCOMPANIED})


@dataclass(frozen=True)
class Line:
    """A visit or an escort as one line: when, what, how it stands, and what can be done."""

    start: datetime
    end: datetime | None
    what: str
    where: str
    status: str
    tone: str
    is_ahead: bool
    asked_by: str = ""
    url: str = ""
    move_url: str = ""
    cancel_url: str = ""


@require_safe
@signed_in
def search(request: StaffRequest, code: str) -> HttpResponse:
    """By the end of a phone or the beginning of a name; who works here is on the same page."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_CUSTOMER)
    text = request.GET.get("q", "")[:60]
    found = find_customers(request.user, branch, text) if text.strip() else None
    context = {
        "found": found,
        "q": text,
        "may_book": may(request.user, Permission.BOOK_VISIT),
        "may_see_readings": may(request.user, Permission.VIEW_REVEALS),
        "may_register": may(request.user, Permission.CHANGE_CUSTOMER),
        "tab": "customers",
    }
    return show(request, branch, "customers/search", context)


@require_safe
@signed_in
def card(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """Everything that the desk may know about one customer; phone and address are masked."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_CUSTOMER)
    customer = get_customer_or_404(request.user, public_id)
    if customer.merged_into is not None:
        # An old link or a printed code leads to the person all the same.
        return to("customer", branch, survivor_of(customer).public_id)
    return _card(request, branch, customer)


@require_POST
@signed_in
def reveal(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """Phone and address in full, once, with the reason on record. A POST: in no history."""
    branch = get_branch_or_404(request.user, code, Permission.REVEAL_CUSTOMER)
    customer = get_customer_or_404(request.user, public_id)
    try:
        why = cleaned(ReasonForm(request.POST))["reason"]
        with locking():
            full = {
                "phone": reveal_phone(customer=customer, why=why, actor=request.user),
                "address": reveal_address(customer=customer, why=why, actor=request.user),
            }
            full["dial"] = phones.dial(full["phone"])
    except DomainError as error:
        return _card(request, branch, customer, error=error)
    return _card(request, branch, customer, full=full)


def _card(
    request: StaffRequest,
    branch: Branch,
    customer: Customer,
    *,
    error: DomainError | None = None,
    full: dict[str, str] | None = None,
) -> HttpResponse:
    user = request.user
    lines = _lines(user, branch, customer)
    changing = may(user, Permission.CHANGE_CUSTOMER)
    context = {
        "customer": customer,
        "who": str(customer.public_id),
        "needs": need_words(customer.needs),
        "full": full,
        "circumstances": [str(Circumstance(one).label) for one in customer.circumstances],
        "way": way_to(customer),
        "agents": agents_of(user, customer),
        "stop": _stop(customer),
        "checked": IdentityCheck.objects.filter(customer=customer).first(),
        "same": len(candidates_for(user, customer)) if changing else 0,
        "ahead": [line for line in lines if line.is_ahead],
        "past": [line for line in reversed(lines) if not line.is_ahead][:PAST_SHOWN],
        "wishes": wishes_of_customers([customer.pk]),
        "may_change": changing,
        "may_book": may(user, Permission.BOOK_VISIT),
        "may_log": may(user, Permission.RUN_ESCORT),
        "may_reveal": may(user, Permission.REVEAL_CUSTOMER),
        "typed": request.POST,
        "tab": "customers",
    }
    return show(request, branch, "customers/card", context, error=error)


def _lines(user: User, branch: Branch, customer: Customer) -> list[Line]:
    """Visits and escorts in one order of time; what was moved away stands where it moved to."""
    visits = visits_of_customers([customer.pk]).exclude(status=VisitStatus.MOVED)
    changing = may(user, Permission.BOOK_VISIT)
    lines = [_of_visit(visit, branch, changing) for visit in visits]
    lines += [_of_escort(escort, branch) for escort in escorts_of_customers([customer.pk])]
    return sorted(lines, key=lambda line: line.start)


def _of_visit(visit: HomeVisit, branch: Branch, changing: bool) -> Line:
    status = VisitStatus(visit.status)
    ours = branch in (visit.branch, visit.customer.branch)
    doors = changing and ours and status in AHEAD
    here = [branch.code, visit.public_id]
    return Line(
        start=visit.window.lower,
        end=visit.window.upper,
        what=visit.service_version.name,
        where=_words(_("home visit")),
        status=_words(status.label),
        tone=TONES.get(status, ""),
        is_ahead=status in LIVE,
        asked_by=_asked_by(visit),
        url=reverse("desk:visit", args=here) if visit.branch == branch else "",
        move_url=reverse("desk:visit_move", args=here) if doors else "",
        cancel_url=reverse("desk:visit_cancel", args=here) if doors else "",
    )


def _of_escort(escort: Escort, branch: Branch) -> Line:
    status = EscortStatus(escort.status)
    here = [branch.code, escort.public_id]
    return Line(
        start=escort.booked_for or escort.arrived_at,
        end=None,
        what=escort.service_version.name,
        where=escort.branch.name,
        status=_words(status.label),
        tone="",
        is_ahead=status in NOW,
        asked_by=escort.representative.name if escort.representative else "",
        url=reverse("desk:escort", args=here) if escort.branch == branch else "",
    )


def _asked_by(visit: HomeVisit) -> str:
    """Who asked, and for whom when it was not their own wish alone."""
    kind = _words(AskedBy(visit.asked_by).label)
    return f"{visit.representative.name} ({kind})" if visit.representative else kind


def _stop(customer: Customer) -> list[str]:
    """The words of a stop that nobody has lifted."""
    last = last_decision(customer)
    return words_of(last) if last is not None and last.outcome == Outcome.STOPPED else []


def _words(words: str | Promise) -> str:
    return str(words)
