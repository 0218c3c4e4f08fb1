"""The tablet by the door and the sign with the code: where they are set up."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from web.desk.access import get_branch_or_404
from web.desk.frame import show
from web.desk.signed_in import StaffRequest, signed_in
from web.elder.welcome import GOOD_FOR, token_of
from web.qr import qr_code


@require_safe
@signed_in
def sign(request: StaffRequest, code: str) -> HttpResponse:
    """The address for the tablet, and the same as a code to hang up."""
    branch = get_branch_or_404(request.user, code, Permission.RUN_ESCORT)
    address = request.build_absolute_uri(reverse("elder:welcome", args=[token_of(branch)]))
    context = {"address": address, "qr": qr_code(address), "days": GOOD_FOR.days, "tab": "board"}
    return show(request, branch, "welcome", context)
