"""Tasks that wait for a person: mostly a customer who must be phoned instead of written to."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, may
from branches.models import Branch
from branches.queries import open_steps
from eldercare.reveals import reveal_phone
from foundation.errors import DomainError, MoveRefused
from web.desk.access import get_branch_or_404, get_step_or_404
from web.desk.forms import StepForm, cleaned
from web.desk.frame import show, to
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.tasks import tasks_of
from workflow import due_steps
from workflow.states import StepStatus


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
    [task] = tasks_of(request.user, [step])
    if task.customer is None or step.status != StepStatus.OPEN:
        return to("steps", branch)
    phone = reveal_phone(
        customer=task.customer, why=f"{step.kind} {step.subject}", actor=request.user
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
    tasks = tasks_of(request.user, list(open_steps(request.user, branch)))
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
