"""The region's part in privacy: the second person for a wish to be forgotten, and who read what."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, require
from eldercare import erasure
from eldercare.models import ErasureRequest
from eldercare.queries import readings_in_scope
from foundation.errors import DomainError
from web.desk.forms import ReasonForm, cleaned
from web.desk.signed_in import StaffRequest, signed_in
from web.region.frame import show, to

ON_A_PAGE = 50


@require_safe
@signed_in
def listing(request: StaffRequest) -> HttpResponse:
    """What waits for a decision, and what was decided."""
    require(request.user, Permission.ERASE_CUSTOMER)
    return _page(request)


@require_POST
@signed_in
def allow(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """It happens now: names, phones and places are gone."""
    row = _row(request, public_id)
    try:
        erasure.allow(request=row, actor=request.user)
    except DomainError as error:
        return _page(request, error=error, at=f"{row.pk}")
    messages.success(request, _("Forgotten. What happened stays, without a name."))
    return to("forgotten")


@require_POST
@signed_in
def refuse(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """They are kept, and the branch reads why."""
    row = _row(request, public_id)
    try:
        words = cleaned(ReasonForm(request.POST))["reason"]
        erasure.refuse(request=row, words=words, actor=request.user)
    except DomainError as error:
        return _page(request, error=error, at=f"{row.pk}")
    messages.success(request, _("Kept. The branch reads your reason."))
    return to("forgotten")


@require_safe
@signed_in
def readings(request: StaffRequest) -> HttpResponse:
    """Who in the region has seen which detail in full, and why; by one colleague if named."""
    require(request.user, Permission.VIEW_REVEALS)
    who = request.GET.get("who", "")[:60]
    rows = readings_in_scope(request.user, who)
    context = {
        "page": Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page")),
        "who": who,
        "tab": "privacy",
    }
    return show(request, "readings", context)


def _row(request: StaffRequest, public_id: UUID) -> ErasureRequest:
    require(request.user, Permission.ERASE_CUSTOMER)
    rows = erasure.requests_in_scope(request.user, Permission.ERASE_CUSTOMER)
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404(_("There is no such thing here."))
    return found


def _page(request: StaffRequest, *, error: DomainError | None = None, at: str = "") -> HttpResponse:
    rows = erasure.requests_in_scope(request.user, Permission.ERASE_CUSTOMER)
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "typed": request.POST, "at": at, "tab": "privacy"}
    return show(request, "forgotten", context, error=error)
