"""Leave: asked for with its consequences in sight, one file each."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, may
from appointments.restaffing import what_they_are_about, who_can_take
from branches import leave
from branches.leave import Consequences, consequences
from branches.models import Branch, Leave, Staff
from branches.queries import leaves_of
from branches.states import LeaveStatus
from foundation import clock
from foundation.errors import DomainError, InvalidInput
from web import columns
from web.desk.access import get_assistant_or_404, get_branch_or_404, own_staff
from web.desk.forms import cleaned
from web.desk.frame import show, to
from web.desk.roster.access import get_leave_or_404
from web.desk.roster.forms import LeaveDaysForm, LeaveForm
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.words import history
from web.exports import exported

ON_A_PAGE = 25


@require_safe
@signed_in
def listing(request: StaffRequest, code: str) -> HttpResponseBase:
    """One's own leave; everybody's for whoever decides, what waits for an answer first."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_STAFF)
    rows = leaves_of(request.user, branch)
    file = exported(request, _("Leave"), columns.leaves(), rows)
    if file is not None:
        return file
    context = {
        "waiting": rows.filter(status=LeaveStatus.REQUESTED).order_by("first", "pk"),
        "page": Paginator(rows.exclude(status=LeaveStatus.REQUESTED), ON_A_PAGE).get_page(
            request.GET.get("page")
        ),
        **_asker(request, branch),
        "typed": {},
        "tab": "roster",
    }
    return show(request, branch, "roster/leaves", context)


@require_safe
@signed_in
def ask(request: StaffRequest, code: str) -> HttpResponse:
    """What leave on these days would mean, before it is asked for."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_STAFF)
    if "first" not in request.GET:
        return _ask_page(request, branch)
    try:
        person, first, last = _wanted(request, branch, LeaveDaysForm(request.GET))
        leave.check_days(first, last)
    except DomainError as error:
        return _ask_page(request, branch, error=error)
    would_be = Leave(staff=person, first=first, last=last)
    return _ask_page(request, branch, would_be=would_be)


@require_POST
@signed_in
def send(request: StaffRequest, code: str) -> HttpResponse:
    """Asked for."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_STAFF)
    try:
        form = LeaveForm(request.POST)
        person, first, last = _wanted(request, branch, form)
        words = form.cleaned_data["words"]
        row = leave.ask(staff=person, first=first, last=last, actor=request.user, words=words)
    except DomainError as error:
        return _ask_page(request, branch, error=error)
    messages.success(request, _("Asked for. Your branch manager answers it."))
    return to("leave_file", branch, row.pk)


@require_safe
@signed_in
def detail(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """One leave: what it would break, who could take each promise over, and the answer."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_STAFF)
    return leave_page(request, branch, get_leave_or_404(request.user, branch, pk))


def leave_page(
    request: StaffRequest,
    branch: Branch,
    row: Leave,
    *,
    error: DomainError | None = None,
    at: str = "",
) -> HttpResponse:
    """The page of one leave; ``at`` is the form that was refused."""
    waiting = row.status == LeaveStatus.REQUESTED
    decides = may(request.user, Permission.CHANGE_ROSTER)
    means = consequences(row) if waiting else Consequences([], [])
    promises = what_they_are_about(means.promises)
    may_decide = waiting and decides and row.staff.user_id != request.user.pk
    may_withdraw = (
        row.status in (LeaveStatus.REQUESTED, LeaveStatus.APPROVED)
        and (decides or row.staff.user_id == request.user.pk)
        and row.last >= clock.today()
    )
    forms = {"approved": may_decide, "declined": may_decide, "cancelled": may_withdraw}
    forms |= {str(promise.commitment.pk): True for promise in promises}
    context = {
        "leave": row,
        "elsewhere": error is not None and not forms.get(at),
        "gaps": means.gaps,
        "promises": [(one, who_can_take(one) if decides else []) for one in promises],
        "may_decide": may_decide,
        "may_give": waiting and decides,
        "may_withdraw": may_withdraw,
        "events": history(row.events.all(), LeaveStatus),
        "typed": request.POST,
        "at": at,
        "tab": "roster",
    }
    return show(request, branch, "roster/leave", context, error=error)


def _ask_page(
    request: StaffRequest,
    branch: Branch,
    *,
    would_be: Leave | None = None,
    error: DomainError | None = None,
) -> HttpResponse:
    means = consequences(would_be) if would_be is not None else Consequences([], [])
    context = {
        "would_be": would_be,
        "promises": what_they_are_about(means.promises),
        "gaps": means.gaps,
        **_asker(request, branch),
        "typed": request.POST or request.GET,
        "at": "",
        "tab": "roster",
    }
    return show(request, branch, "roster/leave_ask", context, error=error)


def _asker(request: StaffRequest, branch: Branch) -> dict[str, object]:
    """For whom this person may ask: for themselves, or for anybody when they keep the roster."""
    keeps = may(request.user, Permission.CHANGE_ROSTER)
    people = Staff.objects.for_user(request.user, Permission.CHANGE_ROSTER).active()
    own = own_staff(request.user, branch)
    return {
        "own": own,
        "people": people.filter(branch=branch).order_by("badge") if keeps else [],
        "today": clock.today(),
    }


def _wanted(request: StaffRequest, branch: Branch, form: LeaveDaysForm) -> tuple[Staff, date, date]:
    said = cleaned(form)
    person = own_staff(request.user, branch)
    if said["staff"] and may(request.user, Permission.CHANGE_ROSTER):
        person = get_assistant_or_404(request.user, branch, said["staff"])
    if person is None:
        raise InvalidInput(fields={"staff": _("Whose leave is it? Please choose.")})
    return person, said["first"], said["last"]
