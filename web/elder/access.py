"""The only way from an address to a row on the elder face: what is not theirs is a 404."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from appointments.models import HomeVisit, Wish
from appointments.queries import escorts_of_customers, visits_of_customers, wishes_of_customers
from branches.models import Branch
from branches.queries import open_to_customers
from eldercare.models import Escort, ServiceVersion
from eldercare.queries import services_at_home
from web.elder.caller import ElderRequest, Person


def get_person_or_404(request: ElderRequest) -> Person | None:
    """Whom the address asks for; None when several may be meant and none is named."""
    named = request.GET.get("for") or request.POST.get("for")
    if not named:
        return request.people[0] if len(request.people) == 1 else None
    for person in request.people:
        if str(person.customer.public_id) == named:
            return person
    raise Http404(_("This phone may not ask for that person."))


def get_service_or_404(
    code: str, offered: QuerySet[ServiceVersion] | None = None
) -> ServiceVersion:
    """A service that may be booked today: at home, or whatever else is ``offered``."""
    versions = services_at_home() if offered is None else offered
    version = versions.filter(service__code=_plain(code)).select_related("service").first()
    if version is None:
        raise Http404(_("We do not offer this here."))
    return version


def get_branch_or_404(code: str) -> Branch:
    """A branch that anybody may walk into."""
    branch = open_to_customers().filter(code=_plain(code)).first()
    if branch is None:
        raise Http404(_("There is no such branch."))
    return branch


def get_escort_of_or_404(request: ElderRequest, public_id: UUID) -> tuple[Escort, Person]:
    """One booking of company for somebody whom this phone may ask for, and who asks."""
    people = {person.customer.pk: person for person in request.people}
    escort = escorts_of_customers(people).filter(public_id=public_id).first()
    if escort is None or escort.customer_id is None:
        raise Http404(_("There is no such booking here."))
    return escort, people[escort.customer_id]


def get_visit_of_or_404(request: ElderRequest, public_id: UUID) -> tuple[HomeVisit, Person]:
    """One visit to somebody whom this phone may ask for, and who asks."""
    people = {person.customer.pk: person for person in request.people}
    visit = visits_of_customers(people).filter(public_id=public_id).first()
    if visit is None:
        raise Http404(_("There is no such visit here."))
    return visit, people[visit.customer_id]


def get_wish_of_or_404(request: ElderRequest, public_id: UUID) -> tuple[Wish, Person]:
    """One place on the waiting list of somebody whom this phone may ask for, and who asks."""
    people = {person.customer.pk: person for person in request.people}
    wish = wishes_of_customers(people).filter(public_id=public_id).first()
    if wish is None:
        raise Http404(_("You are no longer on this list."))
    return wish, people[wish.customer_id]


def _plain(code: str) -> str:
    # PostgreSQL refuses the character NUL with an error of its own.
    return code.replace("\0", "")
