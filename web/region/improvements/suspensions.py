"""A demonstration branch may lose its sign: who is due, the draft letter, a named decision."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, require
from audits import suspensions
from audits.models import Suspension
from audits.queries import to_suspend
from audits.states import SuspensionStatus as S
from foundation.errors import DomainError
from web.desk.forms import cleaned
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.words import history
from web.region.access import get_branch_or_404
from web.region.audits.frame import show_part
from web.region.frame import to
from web.region.improvements.access import get_suspension_or_404
from web.region.improvements.forms import SuspensionForm


@require_safe
@signed_in
def listing(request: StaffRequest) -> HttpResponse:
    """Who is due, and what has been decided."""
    require(request.user, Permission.SUSPEND_BRANCH)
    return _listing(request)


@require_POST
@signed_in
def draft(request: StaffRequest, code: str) -> HttpResponse:
    """Draft the letter; nothing is decided by it."""
    branch = get_branch_or_404(request.user, code)
    require(request.user, Permission.SUSPEND_BRANCH)
    try:
        row = suspensions.draft(branch=branch, actor=request.user)
    except DomainError as error:
        return _listing(request, error=error)
    return to("suspension", row.pk)


@require_safe
@signed_in
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """The letter, to be read, changed, decided and printed."""
    return _page(request, get_suspension_or_404(request.user, pk))


@require_POST
@signed_in
def settle(request: StaffRequest, pk: int, act: str) -> HttpResponse:
    """Decide, drop or lift; whoever does it stands in the record."""
    row = get_suspension_or_404(request.user, pk)
    acts: dict[str, Callable[[], Suspension]] = {
        "decide": lambda: suspensions.decide(suspension=row, actor=request.user, **_said(request)),
        "drop": lambda: suspensions.drop(
            suspension=row, reason=_said(request)["reason"], actor=request.user
        ),
        "lift": lambda: suspensions.lift(
            suspension=row, reason=_said(request)["reason"], actor=request.user
        ),
    }
    if act not in acts:
        raise Http404(_("There is no such thing here."))
    try:
        acts[act]()
    except DomainError as error:
        return _page(request, row, error=error)
    messages.success(request, _("It is on record."))
    return to("suspension", row.pk)


def _said(request: StaffRequest) -> dict[str, str]:
    return cleaned(SuspensionForm(request.POST))


def _listing(request: StaffRequest, *, error: DomainError | None = None) -> HttpResponse:
    rows = Suspension.objects.for_user(request.user, Permission.SUSPEND_BRANCH)
    context = {
        "due": to_suspend(request.user),
        "rows": rows.select_related("branch", "decided_by"),
        "at": "suspensions",
    }
    return show_part(request, "improving/suspensions", context, part="improvements", error=error)


def _page(
    request: StaffRequest, row: Suspension, *, error: DomainError | None = None
) -> HttpResponse:
    context = {
        "row": row,
        "grounds": suspensions.grounds(row.branch),
        "typed": request.POST,
        "events": history(row.events.select_related("actor"), S),
        "at": "suspension",
    }
    return show_part(request, "improving/suspension", context, part="improvements", error=error)
