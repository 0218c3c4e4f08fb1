"""A service is offered to nobody any more: whom that touches is seen, and told, first."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from appointments.queries import visits_under
from eldercare import review
from eldercare.models import ServiceVersion
from foundation.errors import DomainError
from web.desk.forms import WORDS, cleaned
from web.desk.signed_in import StaffRequest, signed_in
from web.region.access import get_version_or_404
from web.region.frame import show, to


class RetireForm(forms.Form):
    why = forms.CharField(
        max_length=WORDS, error_messages={"required": gettext_lazy("Please say why.")}
    )
    tell = forms.BooleanField(required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def retire(request: StaffRequest, pk: int) -> HttpResponse:
    """The promises that hang on it; with one tap they are written to and it is retired."""
    version = get_version_or_404(request.user, pk, Permission.REVIEW_SERVICE)
    if request.method != "POST":
        return _page(request, version)
    try:
        said = cleaned(RetireForm(request.POST))
        review.retire(version=version, why=said["why"], tell=said["tell"], actor=request.user)
    except DomainError as error:
        return _page(request, version, error=error)
    messages.success(
        request, _("%(service)s is offered to nobody any more.") % {"service": version}
    )
    return to("review", version.pk)


def _page(
    request: StaffRequest, version: ServiceVersion, *, error: DomainError | None = None
) -> HttpResponse:
    context = {
        "version": version,
        "promises": visits_under(version),
        "typed": request.POST,
        "tab": "reviews",
    }
    return show(request, "services/retire", context, error=error)
