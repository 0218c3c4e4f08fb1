"""What the booking page has been asked so far: for whom, what for, from which day.

Answers are in the address, so that going back, a reload and a second tap are always right.
"""

from dataclasses import dataclass
from datetime import date
from typing import Self
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from branches.models import Branch
from eldercare.models import Customer, ServiceVersion
from eldercare.queries import services_at_branch, services_at_home
from web.desk.access import get_customer_or_404
from web.desk.booking_times import Day, branch_days, first_day, home_days
from web.desk.customers.access import find_customers

HOME, BRANCH = "home", "branch"


@dataclass(frozen=True)
class Asked:
    """``found`` are the customers to choose from while ``customer`` is not clear."""

    branch: Branch
    text: str
    found: list[Customer] | None
    customer: Customer | None
    place: str
    version: ServiceVersion | None
    first: date | None

    @classmethod
    def read(cls, user: User, branch: Branch, query: QueryDict) -> Self:
        """The answers in an address; what makes no sense has not been answered."""
        text = query.get("q", "").strip()[:60]
        named = _uuid(query.get("customer", ""))
        found = list(find_customers(user, branch, text)) if text else None
        if found is None:
            customer = get_customer_or_404(user, named) if named else None
        else:
            chosen = [one for one in found if one.public_id == named] or found
            customer = chosen[0] if len(chosen) == 1 else None
        place, _colon, code = query.get("what", "").replace("\0", "").partition(":")
        offered = {HOME: services_at_home, BRANCH: services_at_branch}.get(place)
        version = offered().filter(service__code=code).first() if offered else None
        first = first_day(query.get("from", ""))
        return cls(branch, text, found, customer, place, version, first)

    @property
    def at_home(self) -> bool:
        return self.place == HOME

    @property
    def what(self) -> str:
        """How the address names the service and where it is done."""
        return f"{self.place}:{self.version.service.code}" if self.version else ""

    def page(self, name: str = "book") -> str:
        """The address of this very form, by the customer's opaque id."""
        answers = {"customer": str(self.customer.public_id) if self.customer else ""}
        answers |= {"what": self.what, "from": self.first.isoformat() if self.first else ""}
        query = urlencode({key: value for key, value in answers.items() if value})
        return f"{reverse(f'desk:{name}', args=[self.branch.code])}?{query}"

    def days(self) -> list[Day]:
        """The times that can be kept, each proven now.

        Raises:
            CustomerUnplaced: we do not know where they live.
        """
        if self.customer is None or self.version is None:
            return []
        if self.at_home:
            return home_days(self.customer, self.version, self.first)
        return branch_days(self.branch, self.version, self.first)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
