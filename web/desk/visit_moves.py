"""What is done with a home visit: approve, decline, set off, arrive, code, done, could not be done.

Each is a POST; it ends at the visit's page (or the day's stack when the visit has ended), or on the
same page with the rule's words beside the form.
"""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Permission
from appointments import screening, visits
from appointments.models import HomeVisit
from appointments.states import DeclineReason, NotDoneReason, VisitStatus
from foundation.errors import DomainError, ErrorCode, MoveRefused
from web.desk.access import get_branch_or_404, get_visit_or_404
from web.desk.forms import CodeForm, DeclineForm, DoneForm, NotDoneForm, cleaned
from web.desk.frame import to
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.visits import visit_page

STACK = frozenset({VisitStatus.DECLINED, VisitStatus.DONE, VisitStatus.NOT_DONE})


@require_POST
@signed_in
def approve(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """The branch manager lets a risky visit through."""

    def act(visit: HomeVisit) -> str:
        screening.approve(visit=visit, actor=request.user)
        return _("Approved. The customer is told now.")

    return _move(request, code, public_id, VisitStatus.APPROVED, act)


@require_POST
@signed_in
def decline(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """The branch manager says no, with the reason and the alternative that the customer is told."""

    def act(visit: HomeVisit) -> str:
        reason = DeclineReason(cleaned(DeclineForm(request.POST))["reason"])
        screening.decline(visit=visit, reason=reason, actor=request.user)
        return _("Declined. The customer is told why, and what we offer instead.")

    return _move(request, code, public_id, VisitStatus.DECLINED, act)


@require_POST
@signed_in
def set_off(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """The team sets off."""

    def act(visit: HomeVisit) -> str:
        visits.set_off(visit=visit, actor=request.user)
        return _("On the way. The customer is told now.")

    return _move(request, code, public_id, VisitStatus.ON_THE_WAY, act)


@require_POST
@signed_in
def arrive(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """Both stand at the door."""

    def act(visit: HomeVisit) -> str:
        visits.arrive(visit=visit, actor=request.user)
        return _("At the door. Say our code first, then ask for theirs.")

    return _move(request, code, public_id, VisitStatus.AT_THE_DOOR, act)


@require_POST
@signed_in
def enter_code(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """The customer has said their code."""

    def act(visit: HomeVisit) -> str:
        said = cleaned(CodeForm(request.POST))["said"]
        visits.enter_code(visit=visit, said=said, actor=request.user)
        return _("The code fits. You may begin.")

    return _move(request, code, public_id, VisitStatus.SERVING, act)


@require_POST
@signed_in
def finish(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """Done, with what was done."""

    def act(visit: HomeVisit) -> str:
        words = cleaned(DoneForm(request.POST))["words"]
        visits.finish(visit=visit, words=words, actor=request.user)
        return _("Done. Thank you both.")

    return _move(request, code, public_id, VisitStatus.DONE, act)


@require_POST
@signed_in
def give_up(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """It could not be done, and why; a colleague is asked to phone."""

    def act(visit: HomeVisit) -> str:
        said = cleaned(NotDoneForm(request.POST))
        reason = NotDoneReason(said["reason"])
        visits.give_up(visit=visit, reason=reason, words=said["words"], actor=request.user)
        return _("It is on record. Somebody will phone the customer.")

    return _move(request, code, public_id, VisitStatus.NOT_DONE, act)


def _move(
    request: StaffRequest,
    code: str,
    public_id: UUID,
    goal: VisitStatus,
    act: Callable[[HomeVisit], str],
) -> HttpResponse:
    branch = get_branch_or_404(request.user, code, Permission.VIEW_VISIT)
    deciding = goal in (VisitStatus.APPROVED, VisitStatus.DECLINED)
    permission = Permission.APPROVE_VISIT if deciding else Permission.RUN_VISIT
    visit = get_visit_or_404(request.user, branch, public_id, permission)
    try:
        messages.success(request, act(visit))
    except DomainError as error:
        now = get_visit_or_404(request.user, branch, public_id)
        # A second tap finds what the first one did: nothing to be sorry about.
        repeated = isinstance(error, MoveRefused) and now.status == goal
        if not repeated:
            if error.code == ErrorCode.DOOR_CODE_WRONG:
                error = _with_tries(error)
            return visit_page(request, branch, now, error=error, at=goal.value)
    if goal in STACK:
        return to("visits", branch)
    return to("visit", branch, public_id)


def _with_tries(error: DomainError) -> DomainError:
    """The same refusal, saying how many tries are left."""
    left = _("Tries left: %(left)s.") % {"left": error.data.get("left", 0)}
    error.message = _("%(words)s %(left)s") % {"words": error.message, "left": left}
    return error
