"""The only way from an address to a customer's own rows; whoever is out of scope is a 404."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, IntegerField, Prefetch, Q, QuerySet, Value, When
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, require
from appointments.models import HomeVisit
from appointments.queries import visits_joined
from branches.models import Branch
from eldercare import duplicates, phones
from eldercare.models import Consent, Customer, Representative
from foundation import clock
from foundation.errors import InvalidInput

MOST_FOUND = 12


def find_customers(user: User, branch: Branch, text: str) -> QuerySet[Customer]:
    """Customers in scope by phone, its last four digits, or a name: its beginning, or in pinyin.

    This branch's own come first; at most a dozen, for nobody reads more while somebody waits.
    """
    text = text.replace("\0", "").strip()
    rows = Customer.objects.for_user(user, Permission.VIEW_CUSTOMER).current()
    own_first = Case(
        When(branch=branch, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    found = rows.filter(_fitting(user, text), erased_at__isnull=True) if text else rows.none()
    ordered = found.select_related("branch").annotate(own_first=own_first)
    return ordered.order_by("own_first", "name", "pk")[:MOST_FOUND]


def _fitting(user: User, text: str) -> Q:
    begins = Q(name__istartswith=text) | Q(preferred_name__istartswith=text)
    try:
        return begins | Q(pk__in=duplicates.search(user, text).values("pk"))
    except InvalidInput:
        # So many digits, and yet no phone: nobody has it.
        return begins


def representatives_of(user: User, customer: Customer) -> QuerySet[Representative]:
    """Who may ask, or once might ask, for this customer, each with the consents on record."""
    consents = (
        Consent.objects.select_related("recorded_by", "paper")
        # The picture is large and sealed: it is opened where somebody asks for it.
        .defer("paper__picture")
        .prefetch_related("services__versions")
    ).order_by("-given_at")
    return (
        Representative.objects.for_user(user, Permission.VIEW_CUSTOMER)
        .filter(customer=customer)
        .prefetch_related(Prefetch("consents", consents))
    )


@dataclass(frozen=True)
class Agent:
    """Somebody who may ask for the customer, with the consent that says so, if one stands."""

    representative: Representative
    consents: list[Consent]
    standing: Consent | None

    @property
    def masked_phone(self) -> str:
        return phones.mask(self.representative.phone)


def agents_of(user: User, customer: Customer) -> list[Agent]:
    """Everybody who may, or once might, ask; whose consent stands comes first."""
    today = clock.today()
    found = []
    for one in representatives_of(user, customer):
        consents = list(one.consents.all())
        standing = (c for c in consents if c.withdrawn_at is None and c.starts <= today <= c.ends)
        found.append(Agent(one, consents, next(standing, None)))
    return sorted(found, key=lambda agent: agent.standing is None)


def standing_family(user: User, customer: Customer) -> QuerySet[Representative]:
    """Those of them whose consent stands today."""
    standing = Consent.objects.standing().values("representative")
    return representatives_of(user, customer).filter(pk__in=standing)


def get_visit_to_change_or_404(user: User, branch: Branch, public_id: UUID) -> HomeVisit:
    """A visit that this branch makes, or that a neighbour makes to this branch's customer."""
    ours = Q(branch=branch) | Q(customer__branch=branch)
    visit = visits_joined(user).filter(ours, public_id=public_id).first()
    if visit is None:
        raise Http404(_("There is no such visit here."))
    require(user, Permission.BOOK_VISIT)
    return visit
