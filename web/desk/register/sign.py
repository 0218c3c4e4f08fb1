"""The sign of a demonstration branch: its history, and the moves that this person may make."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission, may, require
from branches import demonstration
from branches.models import Branch, Demonstration
from branches.queries import demonstrations_of
from branches.states import DemonstrationStatus
from foundation.errors import DomainError, MoveRefused
from web.desk.access import get_branch_or_404
from web.desk.forms import cleaned
from web.desk.frame import show, to
from web.desk.register.forms import SignForm
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.words import Happened, history

S = DemonstrationStatus
APPLY = "apply"
TONES = {S.APPLIED: "wait", S.GRANTED: "ok", S.SUSPENDED: "bad"}
# From and to: what the button says, and what does it.
Verb = Callable[..., Demonstration]
MOVES: dict[tuple[str, str], tuple[str | Promise, Verb]] = {
    (S.APPLIED, S.GRANTED): (gettext_lazy("Grant the sign"), demonstration.grant),
    (S.APPLIED, S.DECLINED): (gettext_lazy("Decline"), demonstration.decline),
    (S.APPLIED, S.CANCELLED): (gettext_lazy("Take the application back"), demonstration.withdraw),
    (S.GRANTED, S.SUSPENDED): (gettext_lazy("Suspend the sign"), demonstration.suspend),
    (S.GRANTED, S.WITHDRAWN): (gettext_lazy("Withdraw the sign"), demonstration.withdraw),
    (S.SUSPENDED, S.GRANTED): (gettext_lazy("Put the sign up again"), demonstration.reinstate),
    (S.SUSPENDED, S.WITHDRAWN): (gettext_lazy("Withdraw the sign"), demonstration.withdraw),
}


@dataclass(frozen=True)
class SignFile:
    """One candidacy with all that happened to it."""

    row: Demonstration

    @property
    def tone(self) -> str:
        return TONES.get(S(self.row.status), "")

    @property
    def lines(self) -> list[Happened]:
        return history(self.row.events.all(), DemonstrationStatus)


@require_safe
@signed_in
def page(request: StaffRequest, code: str) -> HttpResponse:
    """The sign as it is, and how it came to be so."""
    return _page(request, get_branch_or_404(request.user, code))


@require_POST
@signed_in
def move(request: StaffRequest, code: str) -> HttpResponse:
    """Apply, decide, suspend, withdraw: what this person may, with the reason."""
    branch = get_branch_or_404(request.user, code, Permission.CHANGE_BRANCH)
    try:
        said = cleaned(SignForm(request.POST))
        _do(request.user, branch, said["move"], said["reason"])
    except DomainError as error:
        return _page(request, branch, error=error)
    messages.success(request, _("It is on record."))
    return to("sign", branch)


def _do(user: User, branch: Branch, goal: str, reason: str) -> None:
    if goal == APPLY:
        demonstration.apply(branch=branch, reason=reason, actor=user)
        return
    row = demonstrations_of(user, branch).live().first()
    if row is None or (row.status, goal) not in MOVES:
        raise MoveRefused
    require(user, demonstration.permission_for(S(goal)))
    _words, verb = MOVES[row.status, goal]
    verb(demonstration=row, reason=reason, actor=user)


def _page(
    request: StaffRequest, branch: Branch, *, error: DomainError | None = None
) -> HttpResponse:
    files = [SignFile(row) for row in demonstrations_of(request.user, branch)]
    live = next((one.row for one in files if one.row.is_live), None)
    moves: list[tuple[str, str | Promise]] = []
    if live is not None:
        able = demonstration.moves_for(request.user, live)
        moves = [(to_.value, MOVES[live.status, to_][0]) for to_ in able]
    elif may(request.user, Permission.CHANGE_BRANCH):
        moves = [(APPLY, _("Apply for the sign"))]
    context = {
        "files": files,
        "live": next((one for one in files if one.row.is_live), None),
        "moves": moves,
        "typed": request.POST,
        "tab": "faults",
        "part": "sign",
    }
    return show(request, branch, "register/sign", context, error=error)
