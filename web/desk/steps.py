"""Tasks that wait for a person: mostly a customer who must be phoned instead of written to."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, may
from appointments.models import HomeVisit
from appointments.queries import visits_joined
from appointments.states import NotDoneReason
from branches.models import Branch
from branches.queries import open_steps
from eldercare.reveals import reveal_phone
from foundation.errors import DomainError, MoveRefused
from web.desk.access import get_branch_or_404, get_step_or_404
from web.desk.forms import StepForm, cleaned
from web.desk.frame import show, to
from web.desk.signed_in import StaffRequest, signed_in
from workflow import due_steps
from workflow.models import DueStep
from workflow.states import StepStatus

WHAT_TO_DO: dict[str, Promise] = {
    "phone_instead": gettext_lazy("A message did not arrive. Please phone the customer."),
    "phone_customer": gettext_lazy("A visit could not be done. Please phone the customer."),
    "announce_team": gettext_lazy("The visit is near and not approved. Decide, and phone."),
    "visit_overdue": gettext_lazy("Nobody is at the door yet. Please phone the customer."),
    "approval_overdue": gettext_lazy("A request has waited for a day. Please answer it."),
}
SOMETHING = gettext_lazy("Please see to this.")


@dataclass(frozen=True)
class Task:
    """One due step in words, with the visit that it is about."""

    step: DueStep
    visit: HomeVisit | None

    @property
    def words(self) -> str:
        return str(WHAT_TO_DO.get(self.step.kind, SOMETHING))

    @property
    def why(self) -> str:
        known = self.step.outcome in NotDoneReason.values
        return str(NotDoneReason(self.step.outcome).label) if known else ""


@require_safe
@signed_in
def listing(request: StaffRequest, code: str) -> HttpResponse:
    """Everything that waits for a person in this branch, oldest first."""
    return _page(request, get_branch_or_404(request.user, code, Permission.VIEW_WORKFLOW))


@require_POST
@signed_in
def settle(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """Somebody has done it, or says that it is no longer needed."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_WORKFLOW)
    step = get_step_or_404(request.user, branch, pk)
    goal = StepStatus.SKIPPED if "not_needed" in request.POST else StepStatus.DONE
    try:
        said = cleaned(StepForm(request.POST))["words"] or goal.label
        words = _("%(who)s: %(words)s") % {"who": request.user.full_name, "words": said}
        due_steps.settle(step=step, to=goal, outcome=words)
    except MoveRefused as error:
        if get_step_or_404(request.user, branch, pk).status != goal:
            return _page(request, branch, error=error, at=pk)
    except DomainError as error:
        return _page(request, branch, error=error, at=pk)
    messages.success(request, _("Done. Thank you."))
    return to("steps", branch)


@require_POST
@signed_in
def reveal(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """The number to phone, in full, on record."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_WORKFLOW)
    step = get_step_or_404(request.user, branch, pk)
    [task] = _tasks(request, [step])
    if task.visit is None or step.status != StepStatus.OPEN:
        return to("steps", branch)
    phone = reveal_phone(
        customer=task.visit.customer, why=f"{step.kind} {step.subject}", actor=request.user
    )
    return _page(request, branch, at=pk, phone=phone)


def _page(
    request: StaffRequest,
    branch: Branch,
    *,
    error: DomainError | None = None,
    at: int = 0,
    phone: str = "",
) -> HttpResponse:
    tasks = _tasks(request, list(open_steps(request.user, branch)))
    context = {
        "tasks": tasks,
        "gone": error is not None and at not in {task.step.pk for task in tasks},
        "may_act": may(request.user, Permission.ACT_ON_STEP),
        "typed": request.POST,
        "phone": phone,
        "at": at,
        "tab": "steps",
    }
    return show(request, branch, "steps", context, error=error)


def _tasks(request: StaffRequest, steps: list[DueStep]) -> list[Task]:
    """The steps with their visits, in one query more."""
    ids = {step.pk: _visit_id(step.subject) for step in steps}
    rows = visits_joined(request.user).filter(public_id__in=[i for i in ids.values() if i])
    visits: dict[UUID | None, HomeVisit] = {row.public_id: row for row in rows}
    return [Task(step, visits.get(ids[step.pk])) for step in steps]


def _visit_id(subject: str) -> UUID | None:
    kind, _colon, public_id = subject.partition(":")
    try:
        return UUID(public_id) if kind == "visit" else None
    except ValueError:
        return None
