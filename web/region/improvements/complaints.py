"""A complaint joins the list: its number and its cause, never a person."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission, require
from audits import findings
from branches.models import Branch
from foundation import clock
from foundation.errors import DomainError
from web.desk.signed_in import StaffRequest, signed_in
from web.refusals import show_refusal
from web.region.audits.frame import show_part
from web.region.frame import to
from web.region.improvements.forms import ComplaintForm


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: StaffRequest) -> HttpResponse:
    """Write one down; the same number of the same branch again is the same finding."""
    require(request.user, Permission.RAISE_FINDING)
    branches = Branch.objects.for_user(request.user, Permission.RAISE_FINDING).order_by("code")
    if request.method != "POST":
        form = ComplaintForm(branches, initial={"received_on": clock.today(), "severity": "major"})
        return show_part(request, "improving/complaint", {"form": form}, part="improvements")
    form = ComplaintForm(branches, request.POST)
    status = 400
    if form.is_valid():
        try:
            finding = findings.raise_from_complaint(**form.cleaned_data, actor=request.user)
        except DomainError as error:
            status = show_refusal(form, error)
        else:
            messages.success(request, _("It is on the list, with its deadline."))
            return to("improvement", finding.improvement.public_id)
    return show_part(
        request, "improving/complaint", {"form": form}, part="improvements", status=status
    )
