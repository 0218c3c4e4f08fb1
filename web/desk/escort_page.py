"""One person in the lobby as a page: everything that can be done for them now, as big targets."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext_lazy

from accounts.permissions import Permission, may
from branches.models import Branch
from branches.models.skill import Skill
from branches.queries import kits_left
from eldercare.models import Escort, EscortStep
from eldercare.room import lendable
from eldercare.states import EscortStatus
from foundation import clock
from foundation.errors import DomainError
from web.desk.access import own_staff
from web.desk.board import colleagues, minutes_since
from web.desk.frame import show
from web.desk.signed_in import StaffRequest
from web.desk.words import history, need_words

HAND_OVER_REASONS = (
    gettext_lazy("my break"),
    gettext_lazy("a home visit"),
    gettext_lazy("needs a colleague who speaks dialect"),
    gettext_lazy("needs a colleague who knows this business"),
    gettext_lazy("another reason"),
)
LEAVE_REASONS = (
    gettext_lazy("did not want to wait"),
    gettext_lazy("will come back"),
    gettext_lazy("papers are missing"),
    gettext_lazy("did not feel well"),
    gettext_lazy("another reason"),
)
# Which forms the page shows; a refusal of any other is said at its top.
FORMS = {
    EscortStatus.WAITING: {"take", "lend", "leave"},
    EscortStatus.ACCOMPANIED: {"steps", "lend", "finish", "hand_over", "leave"},
}


@dataclass(frozen=True)
class Line:
    """One step of the checklist as the page shows it, with its tick if it has one."""

    number: int
    words: str
    ticked: EscortStep | None


def checklist(escort: Escort) -> list[Line]:
    """The service's steps with what was ticked; a tick keeps the words that it was made under."""
    ticked = {step.number: step for step in escort.steps.all()}
    return [
        Line(number, ticked[number].words if number in ticked else words, ticked.get(number))
        for number, words in enumerate(escort.service_version.steps, start=1)
    ]


def show_escort(
    request: StaffRequest,
    branch: Branch,
    escort: Escort,
    *,
    error: DomainError | None = None,
    at: str = "",
) -> HttpResponse:
    """The page, with a refusal ``at`` the form that it is about and what was typed there."""
    now = clock.now()
    since = escort.taken_at if escort.status == EscortStatus.ACCOMPANIED else escort.arrived_at
    me = own_staff(request.user, branch)
    context = {
        "escort": escort,
        "needs": [
            *need_words(escort.needs),
            *(Skill(code).label for code in escort.wanted_skills),
        ],
        "minutes": minutes_since(since or escort.arrived_at, now),
        "colleagues": sorted(colleagues(branch, now), key=lambda one: one.person != me),
        "me": me,
        "kits": kits_left(request.user, branch),
        "checklist": checklist(escort),
        "lent": list(escort.loans.out().select_related("facility__type")),
        "things": lendable(branch),
        "may_run": may(request.user, Permission.RUN_ESCORT),
        "hand_over_reasons": HAND_OVER_REASONS,
        "leave_reasons": LEAVE_REASONS,
        "events": history(escort.events.select_related("actor"), EscortStatus),
        "typed": request.POST,
        "at": at,
        "stray": at not in FORMS.get(EscortStatus(escort.status), set()),
        "tab": "board",
    }
    return show(request, branch, "escort", context, error=error)
