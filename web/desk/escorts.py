"""One person in the lobby: who goes, hand over, done, left."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from branches.models import Branch
from eldercare import escorts
from eldercare.models import Escort
from eldercare.states import EscortStatus
from foundation.errors import DomainError, MoveRefused
from web.desk.access import get_assistant_or_404, get_branch_or_404, get_escort_or_404
from web.desk.escort_page import show_escort
from web.desk.forms import ColleagueForm, FinishForm, HandOverForm, ReasonForm, cleaned
from web.desk.frame import to
from web.desk.signed_in import StaffRequest, signed_in


@require_safe
@signed_in
def detail(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """Everything that can be done for one person now, as big targets."""
    branch = get_branch_or_404(request.user, code)
    return show_escort(request, branch, get_escort_or_404(request.user, branch, public_id))


@require_POST
@signed_in
def take(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """An assistant goes to somebody who waits."""

    def act(branch: Branch, escort: Escort) -> str:
        pk = cleaned(ColleagueForm(request.POST))["assistant"]
        person = get_assistant_or_404(request.user, branch, pk)
        try:
            escorts.take(escort=escort, assistant=person, actor=request.user)
        except MoveRefused:
            now = get_escort_or_404(request.user, branch, public_id)
            if now.status != EscortStatus.ACCOMPANIED or now.assistant_id != person.pk:
                raise
        return _("%(badge)s is with %(who)s.") % {"badge": person.name, "who": escort.called}

    return _do(request, code, public_id, "take", act)


@require_POST
@signed_in
def hand_over(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """Another assistant goes on; the customer's clock does not start again."""

    def act(branch: Branch, escort: Escort) -> str:
        said = cleaned(HandOverForm(request.POST))
        person = get_assistant_or_404(request.user, branch, said["assistant"])
        # A second tap on the same colleague hands nobody over again.
        if escort.assistant_id != person.pk:
            escorts.hand_over(
                escort=escort,
                to=person,
                reason=said["reason"],
                actor=request.user,
                seen=said["seen"],
            )
        return _("%(badge)s is with %(who)s.") % {"badge": person.name, "who": escort.called}

    return _do(request, code, public_id, "hand_over", act)


@require_POST
@signed_in
def finish(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """Done, with what was done; a care kit that was given leaves the stock."""

    def act(_branch: Branch, escort: Escort) -> str:
        said = cleaned(FinishForm(request.POST))
        if escort.status != EscortStatus.DONE:
            escorts.finish(
                escort=escort,
                outcome=said["outcome"],
                kit_given=said["kit_given"],
                device_taught=said["device_taught"],
                remark=said["remark"],
                actor=request.user,
            )
        return _("Done for %(who)s. Thank you.") % {"who": escort.called}

    return _do(request, code, public_id, "finish", act)


@require_POST
@signed_in
def leave(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """They went away before being served; that is on record too."""

    def act(_branch: Branch, escort: Escort) -> str:
        said = cleaned(ReasonForm(request.POST))
        if escort.status != EscortStatus.LEFT:
            escorts.leave(escort=escort, reason=said["reason"], actor=request.user)
        return _("%(who)s has left; it is on record.") % {"who": escort.called}

    return _do(request, code, public_id, "leave", act)


def _do(
    request: StaffRequest,
    code: str,
    public_id: UUID,
    at: str,
    act: Callable[[Branch, Escort], str],
) -> HttpResponse:
    """Do it and go back to the board, or show the same page with the rule's words beside it."""
    branch = get_branch_or_404(request.user, code)
    escort = get_escort_or_404(request.user, branch, public_id, Permission.RUN_ESCORT)
    try:
        words = act(branch, escort)
    except DomainError as error:
        now = get_escort_or_404(request.user, branch, public_id)
        return show_escort(request, branch, now, error=error, at=at)
    messages.success(request, words)
    return to("board", branch)
