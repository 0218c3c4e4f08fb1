"""How messages and due steps go: what waits, what is late, what failed, and who works on it."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, may, require
from branches.outbox import messages_for, steps_for
from eldercare import phones
from foundation import clock
from foundation.errors import DomainError
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.story import MESSAGE_WORDS
from web.desk.tasks import SOMETHING, WHAT_TO_DO
from web.region.frame import show, to
from workflow import heartbeats, outbox
from workflow.models import Message
from workflow.queries import (
    channel_figures,
    failed_messages,
    message_depths,
    step_depths,
)
from workflow.states import StepStatus

A_DAY = timedelta(days=1)
SHOWN = 50
LATE = timedelta(minutes=2)
PARTS: dict[str, str | Promise] = {
    "beat": gettext_lazy("The clock that wakes everything"),
    "queue:messages": gettext_lazy("Workers that send messages"),
    "queue:plans": gettext_lazy("Workers that plan"),
    "queue:sweeps": gettext_lazy("Workers that act on due steps"),
}
CHANNELS: dict[str, str | Promise] = {
    "sms": gettext_lazy("text message"),
    "email": gettext_lazy("e-mail"),
    "wecom": gettext_lazy("WeCom"),
    "person": gettext_lazy("a person phones"),
}


@dataclass(frozen=True)
class Part:
    """One part that works behind the pages, and when it was last heard."""

    name: str
    age: float | None

    @property
    def words(self) -> str:
        return str(PARTS[self.name])

    @property
    def silent(self) -> bool:
        return heartbeats.is_silent(self.name, self.age)


@dataclass(frozen=True)
class Failure:
    """One message that did not arrive, with nothing of what it said."""

    message: Message

    @property
    def what(self) -> str:
        return str(MESSAGE_WORDS.get(self.message.kind, _("Message")))

    @property
    def phone(self) -> str:
        return phones.mask(self.message.to) if self.message.to else ""

    @property
    def visit(self) -> str:
        """The public id of the visit that it is about, for the way there."""
        kind, _colon, public_id = self.message.subject.partition(":")
        return public_id if kind == "visit" else ""


@require_safe
@signed_in
def page(request: StaffRequest) -> HttpResponse:
    """Everything at a glance; the failures with a button each."""
    require(request.user, Permission.VIEW_OPERATIONS)
    return _page(request)


@require_POST
@signed_in
def again(request: StaffRequest, pk: int) -> HttpResponse:
    """Have a failed message sent again, on record."""
    require(request.user, Permission.VIEW_OPERATIONS)
    message = messages_for(request.user, Permission.VIEW_OPERATIONS).filter(pk=pk).first()
    if message is None:
        raise Http404(_("There is no such thing here."))
    require(request.user, Permission.RETRY_MESSAGE)
    try:
        outbox.try_again(message=message, actor=request.user)
    except DomainError as error:
        return _page(request, error=error)
    messages.success(request, _("It is being sent again."))
    return to("operations")


def _page(request: StaffRequest, *, error: DomainError | None = None) -> HttpResponse:
    rows = messages_for(request.user, Permission.VIEW_OPERATIONS)
    steps = steps_for(request.user, Permission.VIEW_OPERATIONS)
    failed = failed_messages(rows)
    waiting_people = steps.filter(status=StepStatus.OPEN).values("kind").annotate(n=Count("pk"))
    context = {
        "messages_wait": message_depths(rows),
        "steps_wait": step_depths(steps),
        "late": LATE,
        "parts": [Part(name, age) for name, age in heartbeats.ages().items()],
        "channels": [
            (str(CHANNELS.get(row.channel, row.channel)), row)
            for row in channel_figures(rows, clock.now() - A_DAY)
        ],
        "failed_count": failed.count(),
        "failures": [Failure(message) for message in failed[:SHOWN]],
        "open_steps": [
            (str(WHAT_TO_DO.get(row["kind"], SOMETHING)), row["n"])
            for row in waiting_people.order_by("-n", "kind")
        ],
        "may_retry": may(request.user, Permission.RETRY_MESSAGE),
        "tab": "operations",
    }
    return show(request, "operations", context, error=error)
