"""A link for the family: when, and who comes. Nobody's name, address, business or door code.

The link is signed, so that it can be neither guessed nor changed, and good for a month.
"""

from datetime import timedelta
from urllib.parse import quote
from uuid import UUID

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from appointments.models import HomeVisit
from appointments.queries import visits_of_customers
from appointments.states import VisitStatus
from web.elder.access import get_visit_of_or_404
from web.elder.bookings import STANDINGS, WITH_TEAM
from web.elder.caller import ElderRequest, signed_in
from web.templatetags.spoken import spoken_when

SALT = "elder.sharing"
GOOD_FOR = timedelta(days=30)


@require_safe
@signed_in
def offer(request: ElderRequest, public_id: UUID) -> HttpResponse:
    """The link, and a button that puts it into a text message."""
    visit, _person = get_visit_of_or_404(request, public_id)
    address = request.build_absolute_uri(reverse("elder:shared", args=[token_of(visit)]))
    words = _("The bank comes to our home %(when)s. Here is who comes: %(address)s") % {
        "when": spoken_when(visit.window.lower, visit.window.upper),
        "address": address,
    }
    context = {
        "address": address,
        "message": f"sms:?body={quote(words)}",
        "back": reverse("elder:booking", args=[public_id]),
    }
    return render(request, "elder/bookings/share.html", context)


@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody sees who was sent the link."""
    visit = _visit_of(token)
    status = VisitStatus(visit.status)
    context = {
        "visit": visit,
        "standing": STANDINGS[status],
        "team": visit.team.all() if status in WITH_TEAM else [],
    }
    answer = render(request, "elder/bookings/shared.html", context)
    add_never_cache_headers(answer)
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def token_of(visit: HomeVisit) -> str:
    """The signed name of a visit."""
    return signing.dumps([visit.customer_id, str(visit.public_id)], salt=SALT)


def _visit_of(token: str) -> HomeVisit:
    try:
        customer, public_id = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature as error:
        raise Http404(_("This link is not good any more.")) from error
    visit = visits_of_customers([customer]).filter(public_id=public_id).first()
    if visit is None:
        raise Http404(_("There is no such visit here."))
    return visit
