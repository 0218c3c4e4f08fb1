"""A visit takes longer than planned; a visit without a whole team looks for one again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Permission
from appointments import repair
from foundation.errors import DomainError
from web.desk.access import get_branch_or_404, get_visit_or_404
from web.desk.forms import cleaned
from web.desk.frame import to
from web.desk.on_the_day.forms import LongerForm
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.visits import visit_page


@require_POST
@signed_in
def longer(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """The team stays longer: who waits for them is told, and kept by others if need be."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_VISIT)
    visit = get_visit_or_404(request.user, branch, public_id, Permission.RUN_VISIT)
    try:
        minutes = cleaned(LongerForm(request.POST))["minutes"]
        done = repair.stay_longer(visit=visit, minutes=minutes, actor=request.user)
    except DomainError as error:
        fresh = get_visit_or_404(request.user, branch, public_id)
        return visit_page(request, branch, fresh, error=error, at="longer")
    if done.spoken_of:
        messages.success(request, _("Noted. Whoever waits for you has been told."))
    else:
        messages.success(request, _("Noted. Nobody has to wait for you."))
    return to("visit", branch, public_id)


@require_POST
@signed_in
def try_again(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """Perhaps somebody has time by now."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_VISIT)
    visit = get_visit_or_404(request.user, branch, public_id, Permission.RUN_VISIT)
    try:
        found = repair.try_again(visit=visit, actor=request.user)
    except DomainError as error:
        fresh = get_visit_or_404(request.user, branch, public_id)
        return visit_page(request, branch, fresh, error=error, at="team")
    if found:
        messages.success(request, _("A whole team comes again, as promised."))
    else:
        messages.warning(request, _("Still nobody can come in the promised time."))
    return to("visit", branch, public_id)
