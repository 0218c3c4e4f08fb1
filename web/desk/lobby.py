"""The lobby: choosing the branch, and the board that keeps itself fresh."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, may
from eldercare.board_stamp import stamp_of
from eldercare.queries import conflicts
from web.desk.access import desk_branches, get_branch_or_404, own_staff
from web.desk.board import read_board
from web.desk.frame import show, to
from web.desk.kept import parts
from web.desk.shared_board import board_context, drawn
from web.desk.signed_in import StaffRequest, signed_in

NOTHING_NEW = 204


@require_safe
@signed_in
def choose(request: StaffRequest) -> HttpResponse:
    """Straight to the board, or a choice for those who have several branches."""
    branches = desk_branches(request.user)
    if len(branches) == 1:
        return to("board", branches[0])
    return render(request, "desk/choose.html", {"branches": branches})


@require_safe
@signed_in
def board(request: StaffRequest, code: str) -> HttpResponse:
    """Who waits, who is with whom, who is free. Asked by htmx, only the board itself."""
    branch = get_branch_or_404(request.user, code)
    # Before the rows: what is written in between then bears a newer stamp, and is shown next time.
    stamp = stamp_of(branch)
    if request.htmx:
        if request.GET.get("seen") == stamp:
            return HttpResponse(status=NOTHING_NEW)
        return HttpResponse(drawn(request.user, branch, stamp))
    me, may_run = own_staff(request.user, branch), may(request.user, Permission.RUN_ESCORT)
    fresh = read_board(request.user, branch)
    context = {
        **board_context(fresh, stamp, me_pk=me.pk if me else None, may_run=may_run),
        "kept_parts": parts(),
        "conflicts": conflicts(request.user, branch) if may_run else [],
        "tab": "board",
    }
    return show(request, branch, "board", context)
