"""The story of one visit on a page: what happened, what was written, what comes, and why not."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from appointments.states import VisitStatus
from appointments.story import Line, Sort, story_of
from eldercare import phones
from web.desk.access import get_branch_or_404, get_visit_or_404
from web.desk.frame import show
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.tasks import SOMETHING, WHAT_TO_DO
from workflow.queries import without_secrets
from workflow.states import MessageStatus, StepStatus

MESSAGE_TONES = {
    MessageStatus.DELIVERED: "ok",
    MessageStatus.FAILED: "bad",
    MessageStatus.RETRYING: "wait",
    MessageStatus.QUEUED: "wait",
    MessageStatus.IN_FLIGHT: "info",
}
STEP_TONES = {StepStatus.DONE: "ok", StepStatus.OPEN: "wait", StepStatus.WAITING: "info"}
ICONS = {Sort.MOVE: "dot", Sort.MESSAGE: "phone", Sort.STEP: "clock"}
# What the system does by itself; what it asks a person to do is in ``WHAT_TO_DO``.
BY_ITSELF: dict[str, str | Promise] = {
    "announce_team": gettext_lazy("Tell the customer who comes"),
    "visit_reminder": gettext_lazy("Remind the customer"),
    "visit_overruns": gettext_lazy("Tell those who wait next, if it takes longer"),
}
MESSAGE_WORDS: dict[str, str | Promise] = {
    "visit_booked": gettext_lazy("Message: booked"),
    "series_booked": gettext_lazy("Message: several visits booked"),
    "visit_approved": gettext_lazy("Message: confirmed"),
    "visit_declined": gettext_lazy("Message: declined"),
    "visit_announced": gettext_lazy("Message: who comes"),
    "visit_reminder": gettext_lazy("Message: reminder"),
    "visit_running_late": gettext_lazy("Message: running late"),
    "visit_at_risk": gettext_lazy("Message: the team cannot come as promised"),
    "visit_on_the_way": gettext_lazy("Message: on the way"),
    "visit_cancelled": gettext_lazy("Message: cancelled"),
    "day_closed": gettext_lazy("Message: the day has become a holiday"),
    "day_kept": gettext_lazy("Message: we can come after all"),
}


@dataclass(frozen=True)
class Shown:
    """One line of the story in words, with nothing in it that opens a door."""

    line: Line

    @property
    def icon(self) -> str:
        return ICONS[self.line.sort]

    @property
    def title(self) -> str:
        if self.line.move is not None:
            return str(VisitStatus(self.line.move.to_status).label)
        if self.line.message is not None:
            return str(MESSAGE_WORDS.get(self.line.message.kind, _("Message")))
        kind = self.line.step.kind if self.line.step is not None else ""
        return str(BY_ITSELF.get(kind) or WHAT_TO_DO.get(kind, SOMETHING))

    @property
    def status(self) -> str:
        row = self.line.message or self.line.step
        return str(row.get_status_display()) if row is not None else ""

    @property
    def tone(self) -> str:
        if self.line.message is not None:
            return MESSAGE_TONES[MessageStatus(self.line.message.status)]
        if self.line.step is not None:
            return STEP_TONES.get(StepStatus(self.line.step.status), "")
        return ""

    @property
    def who(self) -> str:
        """Who moved it, or whose phone it went to: masked."""
        if self.line.move is not None and self.line.move.actor is not None:
            return self.line.move.actor.full_name
        if self.line.message is not None and self.line.message.to:
            return phones.mask(self.line.message.to)
        return ""

    @property
    def words(self) -> str:
        """Why it was done, or why not; of a message, what it said."""
        if self.line.move is not None:
            return self.line.move.reason
        if self.line.message is not None:
            return without_secrets(self.line.message)
        return self.line.step.outcome if self.line.step is not None else ""

    @property
    def trouble(self) -> str:
        return self.line.message.failure if self.line.message is not None else ""


@require_safe
@signed_in
def story(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """Moves, messages and due steps of one visit in order of time."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_WORKFLOW)
    visit = get_visit_or_404(request.user, branch, public_id)
    found = story_of(visit)
    context = {
        "visit": visit,
        "past": [Shown(line) for line in found.past],
        "coming": [Shown(line) for line in found.coming],
        "tab": "visits",
    }
    return show(request, branch, "story", context)
