"""Due steps in words, and what each is about: a visit, a person in the lobby, an improvement."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.models import HomeVisit
from appointments.notices import window_in_words
from appointments.queries import visits_joined
from appointments.states import NotDoneReason
from branches.models import StockItem
from eldercare.models import Customer, Escort
from web.desk.access import escorts_in_scope
from workflow.models import DueStep

WAITS = _("Somebody waits in the lobby. Please go to them.")
WAITS_TOO_LONG = _("Somebody waits too long in the lobby. Please go at once.")
WHAT_TO_DO: dict[str, Promise] = {
    "phone_instead": _("A message did not arrive. Please phone the customer."),
    "phone_customer": _("A visit could not be done. Please phone the customer."),
    "read_out": _("This customer wants no text messages. Please phone and read it out."),
    "nobody_reached": _("Nobody answered three calls. Branch manager, please decide what to do."),
    "wrong_number": _("The number is wrong. Please find the right one and tell the customer."),
    "approval_overdue": _("A request has waited for a day. Please answer it."),
    "nobody_set_off": _("The team should be on its way. Please ask them."),
    "nobody_at_the_door": _("Nobody is at the door yet. Please phone the customer."),
    "visit_overruns": _("A visit takes longer. Please ask the team whether they need help."),
    "promise_at_risk": _("Nobody can keep this promise. Please phone and agree how to go on."),
    "follow_up_call": _("Please phone and ask how the visit was."),
    "phone_team": _("Cancelled or moved at the last moment. Please phone the team now."),
    "day_closed": _("A promised day has become a holiday. Please phone and offer another time."),
    "escort_waits_2": WAITS,
    "escort_waits_5": WAITS,
    "escort_waits_10": WAITS_TOO_LONG,
    "escort_left_open": _(
        "Somebody's day is over, and a customer is still at their side here. Please finish it or "
        "hand it over."
    ),
    "batch_expires": _("Something in the store expires soon."),
    "facility_expires": _("A facility must be renewed soon."),
    "badge_expires": _("A badge expires soon."),
    "training_expires": _("Somebody's training expires soon."),
    "stock_reorder": _("Something runs out. Please ask the region for more."),
    "cover_gap": _("Nobody would be on the floor. Please change the roster."),
    "guardian_referred": _("Stopped for a customer's own sake. Please look after them now."),
    "guardian_follow_up": _("Please ask how the customer and their family go on."),
    "review_waits": _("A service waits for its review."),
    "review_overdue": _("The review of a service is late."),
    "improvement_remind": _("An improvement is due in two days."),
    "improvement_overdue": _("An improvement is past its deadline."),
    "improvement_escalate": _("An improvement is very late; the region sees it too."),
    "improvement_recheck": _("An improvement waits for the region's re-check."),
}
SOMETHING = _("Please see to this.")
SCRIPTS: dict[str, Promise] = {
    "phone_team": _(
        "To %(team)s: “The visit to %(called)s (%(when)s) does not take place. Please do not set "
        "off; come back to the branch if you are on the road.”"
    ),
    "promise_at_risk": _(
        "To %(called)s: “We are sorry. Somebody of the team for %(when)s cannot come. Shall we "
        "come at another time, or would you like to come to the branch, where one of us is there "
        "for you alone?” Then move the visit while you speak."
    ),
    "day_closed": _(
        "To %(called)s: “We are sorry. We promised to come %(when)s, and that day has become a "
        "holiday. Which other time would suit you?” Then move the visit while you speak."
    ),
}


DOORS: dict[str, Promise] = {
    "stock_reorder": _("Ask the region"),
    "cover_gap": _("See the roster"),
    "batch_expires": _("See what expires"),
    "facility_expires": _("See what expires"),
    "badge_expires": _("See what expires"),
    "training_expires": _("See what expires"),
}


@dataclass(frozen=True)
class Door:
    """An address, and what its button says."""

    url: str
    words: str


@dataclass(frozen=True)
class Task:
    """One due step, with the row that it is about when this person may see it."""

    step: DueStep
    visit: HomeVisit | None
    escort: Escort | None
    item: StockItem | None = None

    @property
    def words(self) -> str:
        return str(WHAT_TO_DO.get(self.step.kind, SOMETHING))

    @property
    def why(self) -> str:
        known = self.step.outcome in NotDoneReason.values
        return str(NotDoneReason(self.step.outcome).label) if known else ""

    @property
    def script(self) -> str:
        """What to say, in words that can be read out; empty where the step says it all."""
        if self.visit is None or self.step.kind not in SCRIPTS:
            return ""
        team = [f"{member.staff.name} ({member.staff.badge})" for member in self.visit.team.all()]
        return str(SCRIPTS[self.step.kind]) % {
            "team": gettext(" and ").join(team),
            "called": self.visit.customer.called,
            "when": window_in_words(self.visit.window.lower, self.visit.window.upper),
        }

    @property
    def about(self) -> str:
        """Which thing of the register, or when: a name, a day, hours."""
        if self.item is not None:
            return str(self.item)
        if self.step.kind == "cover_gap":
            return self.step.outcome.partition(": ")[0]
        return self.step.outcome.rpartition(" ")[2] if self.step.kind in DOORS else ""

    @property
    def door(self) -> Door | None:
        """The page where something is done about it, for what is no visit and no escort."""
        return door_of(self.step)

    @property
    def customer(self) -> Customer | None:
        """Whom to phone; nobody when a stranger waits in the lobby."""
        if self.visit is not None:
            return self.visit.customer
        return self.escort.customer if self.escort is not None else None


def tasks_of(user: User, steps: list[DueStep]) -> list[Task]:
    """The steps with what they are about, in two queries more however many there are."""
    ids = {step.pk: _subject(step.subject) for step in steps}
    wanted = [public_id for public_id in ids.values() if public_id is not None]
    visits: dict[UUID | None, HomeVisit] = {
        row.public_id: row for row in visits_joined(user).filter(public_id__in=wanted)
    }
    escorts: dict[UUID | None, Escort] = {
        row.public_id: row for row in escorts_in_scope(user).filter(public_id__in=wanted)
    }
    items = _items_of(steps)
    return [
        Task(step, visits.get(ids[step.pk]), escorts.get(ids[step.pk]), items.get(step.pk))
        for step in steps
    ]


def _items_of(steps: list[DueStep]) -> dict[int, StockItem]:
    """What runs low, by step: the last part of ``stock:<branch>:<item>``."""
    wanted = {
        step.pk: step.subject.rpartition(":")[2] for step in steps if step.kind == "stock_reorder"
    }
    items = StockItem.objects.in_bulk([pk for pk in wanted.values() if pk]) if wanted else {}
    return {step: items[int(pk)] for step, pk in wanted.items() if pk and int(pk) in items}


def door_of(step: DueStep) -> Door | None:
    """Where a step of the register leads: to the roster, the requests or the calendar of dates."""
    if step.kind.startswith("improvement_"):
        improvement = step.subject.partition(":")[2]
        return Door(reverse("region:improvement", args=[improvement]), gettext("Open it"))
    words = DOORS.get(step.kind)
    if words is None:
        return None
    name, query = "desk:expiry", {"kind": step.kind.partition("_")[0]}
    if step.kind == "stock_reorder":
        name, query = "desk:stock_requests", {"item": step.subject.rpartition(":")[2]}
    elif step.kind == "cover_gap":
        # vigil writes the day first: "2026-11-26 11:00-12:00: 0 on the floor".
        name, query = "desk:roster", {"day": step.outcome.partition(" ")[0]}
    return Door(f"{reverse(name, args=[step.branch_code])}?{urlencode(query)}", str(words))


def _subject(subject: str) -> UUID | None:
    """The id in ``visit:<id>`` or ``escort:<id>``."""
    _kind, _colon, public_id = subject.partition(":")
    try:
        return UUID(public_id)
    except ValueError:
        return None
