"""Who holds the phone: kept in the session as the phone's blind index, asked afresh each time.

Nothing personal is in the session, and a consent that was withdrawn ends at the next page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from appointments.asking import Asker
from appointments.models.home_visit import AskedBy
from eldercare.models import Customer, Representative
from eldercare.sign_in import SignedIn, people_behind

P = ParamSpec("P")

PHONE_KEY = "elder_phone_index"


@dataclass(frozen=True)
class Person:
    """Somebody whom this phone may ask for: its owner, or whom its owner may act for."""

    customer: Customer
    representative: Representative | None

    @property
    def asker(self) -> Asker:
        if self.representative is None:
            return Asker(AskedBy.CUSTOMER)
        return Asker(AskedBy.FAMILY, representative=self.representative)


class ElderRequest(HttpRequest):
    """A request whose phone has shown that it is its own; ``people`` is never empty."""

    people: list[Person]


View = Callable[Concatenate[HttpRequest, P], HttpResponse]
ElderView = Callable[Concatenate[ElderRequest, P], HttpResponse]


def begin(request: HttpRequest, found: SignedIn) -> bool:
    """Sign the phone in under a new session key; False when nobody stands behind it."""
    known = [one.phone_index for one in found.customers]
    known += [one.phone_index for one in found.representatives]
    if not known:
        return False
    request.session.cycle_key()
    request.session.set_expiry(None)
    request.session[PHONE_KEY] = known[0]
    return True


def end(request: HttpRequest) -> None:
    """Forget everything that this browser knew."""
    request.session.flush()


def people_of(request: HttpRequest) -> list[Person]:
    """Whom this phone may ask for today, themselves first; empty when it is not signed in."""
    index = request.session.get(PHONE_KEY)
    if not index:
        return []
    found = people_behind(index)
    own = [Person(customer, None) for customer in found.customers]
    known = {person.customer.pk for person in own}
    return own + [
        Person(one.customer, one) for one in found.representatives if one.customer_id not in known
    ]


def signed_in(view: ElderView[P]) -> View[P]:
    """Ask strangers for their phone, and bring them back afterwards. Caches keep nothing."""

    @wraps(view)
    def only_known(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        people = people_of(request)
        if not people:
            query = urlencode({"next": request.get_full_path()} if request.method == "GET" else {})
            return HttpResponseRedirect(f"{reverse('elder:sign_in')}?{query}".rstrip("?"))
        known = cast("ElderRequest", request)
        known.people = people
        answer = view(known, *args, **kwargs)
        add_never_cache_headers(answer)
        return answer

    return only_known
