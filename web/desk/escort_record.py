"""Along the way of an escort: steps ticked, things lent and back, and how it was."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from branches.models import Branch
from eldercare import escort_record
from eldercare.models import Escort
from eldercare.models.escort import Face
from foundation.errors import DomainError
from web.desk.access import (
    get_branch_or_404,
    get_escort_or_404,
    get_lendable_or_404,
    get_loan_or_404,
)
from web.desk.escort_page import show_escort
from web.desk.forms import FaceForm, LendForm, TickForm, cleaned
from web.desk.frame import to
from web.desk.signed_in import StaffRequest, signed_in

Act = Callable[[Branch, Escort], object]

FACES: dict[Face, tuple[str, str | Promise]] = {
    Face.GOOD: ("face-good", _("Good")),
    Face.FAIR: ("face-fair", _("So-so")),
    Face.POOR: ("face-poor", _("Not good")),
}


@require_POST
@signed_in
def tick(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """One step of the checklist was gone through."""

    def act(_branch: Branch, escort: Escort) -> None:
        number = cleaned(TickForm(request.POST))["number"]
        escort_record.tick(escort=escort, number=number, actor=request.user)

    return _do(request, code, public_id, "steps", act)


@require_POST
@signed_in
def lend(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """A wheelchair, glasses, an umbrella goes along."""

    def act(branch: Branch, escort: Escort) -> None:
        pk = cleaned(LendForm(request.POST))["facility"]
        facility = get_lendable_or_404(request.user, branch, pk)
        escort_record.lend(escort=escort, facility=facility)

    return _do(request, code, public_id, "lend", act)


@require_POST
@signed_in
def take_back(request: StaffRequest, code: str, public_id: UUID, pk: int) -> HttpResponse:
    """It is back where it stands, even when the customer has gone long ago."""

    def act(_branch: Branch, escort: Escort) -> None:
        escort_record.take_back(loan=get_loan_or_404(request.user, escort, pk))

    return _do(request, code, public_id, "lend", act)


@require_safe
@signed_in
def faces(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """The tablet turned to the customer: three faces and nothing else."""
    branch = get_branch_or_404(request.user, code, Permission.RUN_ESCORT)
    escort = get_escort_or_404(request.user, branch, public_id)
    return _faces(request, branch, escort)


@require_POST
@signed_in
def say(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """The customer has touched a face: thanks, and the way back for whoever holds the tablet."""
    branch = get_branch_or_404(request.user, code)
    escort = get_escort_or_404(request.user, branch, public_id, Permission.RUN_ESCORT)
    try:
        face = Face(cleaned(FaceForm(request.POST))["face"])
        said = escort_record.say_how_it_was(escort=escort, face=face)
    except DomainError as error:
        return _faces(request, branch, escort, error=error)
    return _faces(request, branch, said, thanks=True)


def _do(request: StaffRequest, code: str, public_id: UUID, at: str, act: Act) -> HttpResponse:
    branch = get_branch_or_404(request.user, code)
    escort = get_escort_or_404(request.user, branch, public_id, Permission.RUN_ESCORT)
    try:
        act(branch, escort)
    except DomainError as error:
        now = get_escort_or_404(request.user, branch, public_id)
        return show_escort(request, branch, now, error=error, at=at)
    return to("escort", branch, public_id)


def _faces(
    request: StaffRequest,
    branch: Branch,
    escort: Escort,
    *,
    error: DomainError | None = None,
    thanks: bool = False,
) -> HttpResponse:
    context = {"branch": branch, "escort": escort, "faces": FACES, "error": error, "thanks": thanks}
    return render(request, "desk/faces.html", context, status=error.http_status if error else 200)
