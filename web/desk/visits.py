"""Today's home visits as a stack of cards, and one visit with all that can be done for it."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, may
from appointments.doorstep import Doorstep, may_see_door, see_door
from appointments.models import HomeVisit
from appointments.queries import visits_of_day, visits_to_approve
from appointments.states import AHEAD, LIVE, VISIT_MOVES, DeclineReason, NotDoneReason, VisitStatus
from appointments.visits import is_whole
from branches.models import Branch
from foundation import clock
from foundation.errors import DomainError
from web.desk.access import get_branch_or_404, get_visit_or_404
from web.desk.frame import show
from web.desk.on_the_day.forms import LONGER
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.words import history, need_words

ONE_DAY = timedelta(days=1)
V = VisitStatus
# The one thing to do next, and its tone on the card.
NEXT = {V.PLANNED: "visit_set_off", V.ON_THE_WAY: "visit_arrive"}
NEXT_WORDS = {V.PLANNED: _("Set off"), V.ON_THE_WAY: _("We are at the door")}
TONES = {
    V.REQUESTED: "wait",
    V.ON_THE_WAY: "info",
    V.AT_THE_DOOR: "info",
    V.SERVING: "info",
    V.DONE: "ok",
    V.DECLINED: "bad",
    V.NOT_DONE: "bad",
}


@dataclass(frozen=True)
class Card:
    """One visit as a card of the stack."""

    visit: HomeVisit

    @property
    def needs(self) -> list[str]:
        return need_words(self.visit.customer.needs)

    @property
    def tone(self) -> str:
        return TONES.get(V(self.visit.status), "")

    @property
    def is_live(self) -> bool:
        return V(self.visit.status) in LIVE

    @property
    def next_url(self) -> str:
        """Where the next step is sent; empty when it needs more than one tap."""
        name = NEXT.get(V(self.visit.status))
        args = [self.visit.branch.code, self.visit.public_id]
        return reverse(f"desk:{name}", args=args) if name else ""

    @property
    def next_words(self) -> str:
        return str(NEXT_WORDS.get(V(self.visit.status), ""))


@require_safe
@signed_in
def day(request: StaffRequest, code: str) -> HttpResponse:
    """The visits of one day in order of time, and above them what waits for the manager's yes."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_VISIT)
    today = clock.today()
    chosen = _day(request.GET.get("day", ""), today)
    context = {
        "cards": [Card(visit) for visit in visits_of_day(request.user, branch, chosen)],
        "asked": [Card(visit) for visit in visits_to_approve(request.user, branch)],
        "day": chosen,
        "today": today,
        "before": chosen - ONE_DAY,
        "after": chosen + ONE_DAY,
        "may_approve": may(request.user, Permission.APPROVE_VISIT),
        "may_run": may(request.user, Permission.RUN_VISIT),
        "tab": "visits",
    }
    return show(request, branch, "visits", context)


@require_safe
@signed_in
def detail(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """One visit: who, when, where (masked), and the next step as one big button."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_VISIT)
    return visit_page(request, branch, get_visit_or_404(request.user, branch, public_id))


@require_POST
@signed_in
def reveal(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """Address, phone and our code in full, once, on record. A POST: no address in any history."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_VISIT)
    visit = get_visit_or_404(request.user, branch, public_id)
    try:
        door = see_door(visit=visit, actor=request.user)
    except DomainError as error:
        return visit_page(request, branch, visit, error=error, at="reveal")
    return visit_page(request, branch, visit, door=door)


def visit_page(
    request: StaffRequest,
    branch: Branch,
    visit: HomeVisit,
    *,
    error: DomainError | None = None,
    at: str = "",
    door: Doorstep | None = None,
) -> HttpResponse:
    """The page of one visit, with the rule's words beside the form that was refused."""
    context = {
        "visit": visit,
        "card": Card(visit),
        "door": door,
        "may_see_door": may_see_door(visit, request.user),
        "may_approve": may(request.user, Permission.APPROVE_VISIT),
        "may_run": may(request.user, Permission.RUN_VISIT),
        "waits_for_team": V(visit.status) in AHEAD and not is_whole(visit),
        "may_stay": LONGER if visit.status == V.SERVING else (),
        "may_fail": VISIT_MOVES.allows(visit.status, VisitStatus.NOT_DONE),
        "day": timezone.localdate(visit.starts_at),
        "day_text": timezone.localdate(visit.starts_at).isoformat(),
        "decline_reasons": DeclineReason.choices,
        "not_done_reasons": NotDoneReason.choices,
        "events": history(visit.events.select_related("actor"), VisitStatus),
        "typed": request.POST,
        "at": at,
        "tab": "visits",
    }
    return show(request, branch, "visit", context, error=error)


def _day(text: str, today: date) -> date:
    """The day in the address; anything that is no day means today."""
    try:
        return parse_date(text) or today
    except ValueError:
        return today
