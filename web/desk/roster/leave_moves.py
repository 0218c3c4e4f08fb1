"""What is decided about a leave: granted, refused, taken back; a promise given to a colleague."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Permission
from appointments.restaffing import give_to, what_they_are_about, who_can_take
from branches import leave
from branches.leave import consequences
from branches.models import Leave
from branches.states import LeaveStatus
from foundation.errors import DomainError, MoveRefused
from web.desk.access import get_branch_or_404
from web.desk.forms import cleaned
from web.desk.frame import to
from web.desk.roster.access import get_leave_or_404
from web.desk.roster.forms import GiveForm, RefusalForm
from web.desk.roster.leave import leave_page
from web.desk.signed_in import StaffRequest, signed_in


@require_POST
@signed_in
def grant(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """The manager says yes; not before every promise is re-staffed or moved."""

    def act(row: Leave) -> str:
        leave.approve(leave=row, actor=request.user)
        return _("Granted. Nobody can book this time any more.")

    return _do(request, code, pk, LeaveStatus.APPROVED, act)


@require_POST
@signed_in
def decline(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """The manager says no, and why."""

    def act(row: Leave) -> str:
        reason = cleaned(RefusalForm(request.POST))["reason"]
        leave.decline(leave=row, reason=reason, actor=request.user)
        return _("Refused, with your reason.")

    return _do(request, code, pk, LeaveStatus.DECLINED, act)


@require_POST
@signed_in
def withdraw(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """They will be here after all."""

    def act(row: Leave) -> str:
        leave.cancel(leave=row, actor=request.user)
        return _("Taken back. The time is free for bookings again.")

    return _do(request, code, pk, LeaveStatus.CANCELLED, act, Permission.VIEW_STAFF)


@require_POST
@signed_in
def give(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """One promise goes to a colleague who can keep it as it stands."""

    def act(row: Leave) -> str:
        said = cleaned(GiveForm(request.POST))
        broken = what_they_are_about(consequences(row).promises)
        promise = next((one for one in broken if one.commitment.pk == said["promise"]), None)
        if promise is None:
            raise MoveRefused
        colleague = next((one for one in who_can_take(promise) if one.pk == said["to"]), None)
        if colleague is None:
            raise MoveRefused(_("This colleague cannot keep it any more. Please choose again."))
        reason = _("leave of %(name)s") % {"name": row.staff.name}
        give_to(promise=promise, to=colleague, reason=reason, actor=request.user)
        return _("%(name)s keeps this promise now.") % {"name": colleague.name}

    return _do(request, code, pk, LeaveStatus.REQUESTED, act)


def _do(
    request: StaffRequest,
    code: str,
    pk: int,
    goal: LeaveStatus,
    act: Callable[[Leave], str],
    permission: Permission = Permission.CHANGE_ROSTER,
) -> HttpResponse:
    branch = get_branch_or_404(request.user, code, Permission.VIEW_STAFF)
    row = get_leave_or_404(request.user, branch, pk, permission)
    try:
        messages.success(request, act(row))
    except DomainError as error:
        now = get_leave_or_404(request.user, branch, pk)
        # A second tap finds what the first one did: nothing to be sorry about.
        repeated = isinstance(error, MoveRefused) and now.status == goal != LeaveStatus.REQUESTED
        if not repeated:
            at = request.POST.get("promise", "") if goal == LeaveStatus.REQUESTED else goal.value
            return leave_page(request, branch, now, error=error, at=at)
    return to("leave_file", branch, pk)
