"""The desk without a network: the page that a tablet keeps, and the lines that it sends later."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from branches.models import Branch
from eldercare import kept_actions
from eldercare.kept_actions import Kept
from eldercare.models import Escort, KeptAction, Need
from eldercare.models.kept import KeptKind
from eldercare.queries import board, services_at_branch
from eldercare.states import EscortStatus
from foundation import clock
from foundation.errors import DomainError, InvalidInput
from web.desk.access import get_branch_or_404, get_kept_or_404, own_staff
from web.desk.board import colleagues
from web.desk.forms import cleaned
from web.desk.frame import to
from web.desk.signed_in import StaffRequest, signed_in

# The modules that the kept page is made of: browsers do not say which a script imports.
PARTS = ("page.js", "send.js", "store.js")
LINE_BYTES = 10_000


class LineForm(forms.Form):
    """One line as a tablet sends it."""

    key = forms.UUIDField()
    kind = forms.ChoiceField(choices=KeptKind)
    at = forms.DateTimeField()
    sent_at = forms.DateTimeField()
    escort = forms.UUIDField(required=False)


@require_safe
def worker(_request: object) -> HttpResponse:
    """The service worker: from this address it looks after the whole desk, and nothing else."""
    script = f'import "{static("web/js/kept/worker.js")}";\n'
    return HttpResponse(
        script, content_type="text/javascript", headers={"Cache-Control": "no-cache"}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def kept(request: StaffRequest, code: str) -> HttpResponse:
    """The page for when the network is gone; and, posted to, one line that was kept."""
    branch = get_branch_or_404(request.user, code, Permission.RUN_ESCORT)
    return _take_in(request, branch) if request.method == "POST" else _page(request, branch)


@require_safe
@signed_in
def token(request: StaffRequest, code: str) -> HttpResponse:
    """A fresh token to send with: the kept page's own may be older than the session."""
    get_branch_or_404(request.user, code, Permission.RUN_ESCORT)
    return JsonResponse({"token": get_token(request)})


@require_POST
@signed_in
def settle(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """Somebody has seen to a line that did not fit."""
    branch = get_branch_or_404(request.user, code, Permission.RUN_ESCORT)
    row = get_kept_or_404(request.user, branch, pk)
    if row in KeptAction.objects.open():
        kept_actions.settle(row=row, actor=request.user)
    messages.success(request, _("Settled; it is on record that you saw to it."))
    return to("board", branch)


def _take_in(request: StaffRequest, branch: Branch) -> HttpResponse:
    try:
        row = kept_actions.take_in(kept=_line(request), branch=branch, actor=request.user)
    except DomainError as error:
        answer = {"code": error.code.value, "message": str(error.message)}
        return JsonResponse(answer, status=error.http_status)
    return JsonResponse({"outcome": row.outcome, "code": row.code})


def _line(request: StaffRequest) -> Kept:
    """What was sent, or a refusal: a tablet's line is input like any other."""
    said: Any = {}
    try:
        body = json.loads(request.body) if len(request.body) <= LINE_BYTES else None
    except ValueError:
        body = None
    if not isinstance(body, dict) or not isinstance(said := body.get("said", {}), dict):
        raise InvalidInput(_("This line cannot be read. Please write it down once more."))
    fields = cleaned(LineForm(body))
    return Kept(
        key=fields["key"],
        kind=KeptKind(fields["kind"]),
        at=fields["at"],
        sent_at=fields["sent_at"],
        escort=fields["escort"],
        said=said,
    )


def _page(request: StaffRequest, branch: Branch) -> HttpResponse:
    me = own_staff(request.user, branch)
    facts = {
        "people": [_person(row) for row in board(request.user, branch)],
        "colleagues": [
            {"id": one.person.pk, "name": one.person.name}
            for one in colleagues(branch, clock.now())
        ],
        "me": me.pk if me else None,
    }
    context = {
        "branch": branch,
        "facts": facts,
        "needs": Need.choices,
        "services": services_at_branch(),
        "kinds": KeptKind,
        "made": clock.now(),
    }
    return render(request, "desk/kept.html", context)


def _person(row: Escort) -> dict[str, str]:
    return {
        "id": str(row.public_id),
        "name": row.called,
        "status": EscortStatus(row.status).value,
        "with": row.assistant.name if row.assistant else "",
    }


def parts() -> str:
    """The addresses of the kept page's modules, for the board to store."""
    return " ".join(static(f"web/js/kept/{part}").rsplit("/", 1)[0] + f"/{part}" for part in PARTS)
