"""Two colleagues exchange duty: ask, agree, let through."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, may
from appointments.restaffing import Promised, what_they_are_about
from branches import swaps
from branches.models import Branch, Staff, SwapRequest
from branches.promises import BreaksPromises
from branches.queries import swap_requests_of
from branches.states import SwapStatus
from branches.swaps import OpensGap
from foundation import clock
from foundation.errors import DomainError, InvalidInput, MoveRefused
from web.desk.access import get_assistant_or_404, get_branch_or_404, own_staff
from web.desk.forms import cleaned
from web.desk.frame import show, to
from web.desk.roster.access import decides_or_is_asked, get_swap_or_404
from web.desk.roster.forms import RefusalForm, SwapForm, days_between
from web.desk.signed_in import StaffRequest, signed_in

ON_A_PAGE = 20
LIVE = (SwapStatus.ASKED, SwapStatus.AGREED)


@dataclass(frozen=True)
class File:
    """One swap with what this person may do about it."""

    row: SwapRequest
    user_pk: int
    decides: bool

    @property
    def may_agree(self) -> bool:
        return self.row.status == SwapStatus.ASKED and self.row.second.user_id == self.user_pk

    @property
    def may_confirm(self) -> bool:
        two = (self.row.first.user_id, self.row.second.user_id)
        return self.row.status == SwapStatus.AGREED and self.decides and self.user_pk not in two

    @property
    def may_decline(self) -> bool:
        return self.may_agree or (self.row.status in LIVE and self.decides)

    @property
    def may_cancel(self) -> bool:
        mine = self.user_pk in (self.row.asked_by_id, self.row.first.user_id)
        return self.row.status in LIVE and mine


@require_safe
@signed_in
def listing(request: StaffRequest, code: str) -> HttpResponse:
    """What was asked for in this branch, and the form to ask."""
    return _page(request, get_branch_or_404(request.user, code, Permission.VIEW_STAFF))


@require_POST
@signed_in
def ask(request: StaffRequest, code: str) -> HttpResponse:
    """Ask a colleague to exchange duty on some days."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_STAFF)
    try:
        own = own_staff(request.user, branch)
        if own is None:
            raise InvalidInput(
                fields={"first": _("You have no badge in this branch, and so no duty to swap.")}
            )
        said = cleaned(SwapForm(request.POST))
        swaps.ask(
            first=own,
            second=get_assistant_or_404(request.user, branch, said["second"]),
            days=days_between(said["first_day"], said["last_day"] or said["first_day"]),
            reason=said["reason"],
            actor=request.user,
        )
    except DomainError as error:
        return _page(request, branch, error=error, at="ask")
    messages.success(request, _("Asked. Your colleague finds it on this page."))
    return to("swaps", branch)


@require_POST
@signed_in
def agree(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """The colleague agrees."""

    def act(row: SwapRequest) -> str:
        swaps.agree(request=row, actor=request.user)
        return _("Agreed. Your branch manager lets it through.")

    return _do(request, code, pk, SwapStatus.AGREED, act)


@require_POST
@signed_in
def confirm(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """The manager lets it through."""

    def act(row: SwapRequest) -> str:
        swaps.confirm(request=row, actor=request.user)
        return _("Exchanged. The roster says so now.")

    return _do(request, code, pk, SwapStatus.DONE, act, Permission.CHANGE_ROSTER)


@require_POST
@signed_in
def decline(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """The colleague or the manager says no."""

    def act(row: SwapRequest) -> str:
        decides_or_is_asked(request.user, row.first.branch, row)
        reason = cleaned(RefusalForm(request.POST))["reason"]
        swaps.decline(request=row, reason=reason, actor=request.user)
        return _("Refused, with your reason.")

    return _do(request, code, pk, SwapStatus.DECLINED, act)


@require_POST
@signed_in
def cancel(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """Whoever has asked takes it back."""

    def act(row: SwapRequest) -> str:
        swaps.cancel(request=row, actor=request.user)
        return _("Taken back.")

    return _do(request, code, pk, SwapStatus.CANCELLED, act)


def _do(
    request: StaffRequest,
    code: str,
    pk: int,
    goal: SwapStatus,
    act: Callable[[SwapRequest], str],
    permission: Permission = Permission.VIEW_STAFF,
) -> HttpResponse:
    branch = get_branch_or_404(request.user, code, Permission.VIEW_STAFF)
    row = get_swap_or_404(request.user, branch, pk, permission)
    try:
        messages.success(request, act(row))
    except DomainError as error:
        now = get_swap_or_404(request.user, branch, pk)
        if not isinstance(error, MoveRefused) or now.status != goal:
            return _page(request, branch, error=error, at=str(pk))
    return to("swaps", branch)


def _page(
    request: StaffRequest, branch: Branch, *, error: DomainError | None = None, at: str = ""
) -> HttpResponse:
    decides = may(request.user, Permission.CHANGE_ROSTER)
    rows = swap_requests_of(request.user, branch)
    own = own_staff(request.user, branch)
    others = Staff.objects.for_user(request.user, Permission.VIEW_STAFF).active()
    page = Paginator(rows.exclude(status__in=LIVE), ON_A_PAGE).get_page(request.GET.get("page"))
    live = [File(row, request.user.pk, decides) for row in rows.filter(status__in=LIVE)]
    context = {
        "live": live,
        "page": page,
        "own": own,
        "others": others.filter(branch=branch).exclude(pk=own.pk if own else 0).order_by("badge"),
        "today": clock.today(),
        "elsewhere": error is not None and at not in {"ask", *(str(file.row.pk) for file in live)},
        "promises": _promises(error),
        "gaps": error.gaps if isinstance(error, OpensGap) else [],
        "typed": request.POST,
        "at": at,
        "tab": "roster",
    }
    return show(request, branch, "roster/swaps", context, error=error)


def _promises(error: DomainError | None) -> list[Promised]:
    return what_they_are_about(error.promises) if isinstance(error, BreaksPromises) else []
