"""An inspection without a network: the page that a phone keeps, and the forms that it sends later.

The phone keeps forms as they were filled in; here they go the same way as those that come at once.
"""

from uuid import UUID

from django import forms
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.views.decorators.http import require_http_methods, require_safe

from audits.answering import check_under_way
from audits.disputes import disputes
from audits.models import Inspection
from foundation import clock
from foundation.errors import DomainError
from web.desk.forms import cleaned
from web.desk.signed_in import StaffRequest, signed_in
from web.region.audits.access import get_inspection_or_404, get_item_or_404
from web.region.audits.frame import show_part
from web.region.audits.items import require_inspector_role, take_in
from web.region.audits.walk import Walk


class WhenForm(forms.Form):
    """When a form was filled in and when it is sent, both by the phone's clock."""

    item = forms.CharField(max_length=10)
    at = forms.DateTimeField()
    sent_at = forms.DateTimeField()


@require_safe
def worker(_request: object) -> HttpResponse:
    """The service worker: from this address it looks after inspections, and nothing else."""
    script = f'import "{static("web/js/kept/worker.js")}";\n'
    return HttpResponse(
        script, content_type="text/javascript", headers={"Cache-Control": "no-cache"}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def kept(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The page for when the network is gone; and, posted to, one form that was kept."""
    inspection = get_inspection_or_404(request.user, public_id)
    require_inspector_role(request)
    if request.method == "POST":
        return _take_in(request, inspection)
    check_under_way(inspection, request.user)
    context = {
        "walk": Walk(inspection, request.user),
        "inspection": inspection,
        "made": clock.now(),
    }
    return show_part(request, "kept", context, part="inspections")


@require_safe
@signed_in
def token(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """A fresh token to send with: the kept page's own may be older than the session."""
    get_inspection_or_404(request.user, public_id)
    require_inspector_role(request)
    return JsonResponse({"token": get_token(request)})


def _take_in(request: StaffRequest, inspection: Inspection) -> HttpResponse:
    try:
        said = cleaned(WhenForm(request.POST))
        item = get_item_or_404(inspection, said["item"])
        at = clock.by_other_clock(said["at"], said["sent_at"])
        error = take_in(request, inspection, item, at).error
    except DomainError as refusal:
        error = refusal
    if error is not None:
        words = next(iter(error.fields.values()), error.message)
        answer = {"code": error.code.value, "message": str(words)}
        return JsonResponse(answer, status=error.http_status)
    outcome = "disputed" if said["item"] in disputes(inspection) else "done"
    return JsonResponse({"outcome": outcome})
