"""A person phones: whom, the number on record, what to say word for word, and what came of it."""

from datetime import datetime, timedelta

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, may
from branches.models import Branch
from eldercare.reveals import reveal_phone
from foundation import clock
from foundation.errors import DomainError, InvalidInput
from web.desk.access import get_branch_or_404, get_step_or_404
from web.desk.forms import cleaned
from web.desk.frame import show, to
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.tasks import Task, tasks_of
from workflow import calls
from workflow.models import DueStep
from workflow.states import CallResult, StepStatus

# When to phone again, as one would say it to somebody who has no time just now.
LATER = {"hour": timedelta(hours=1), "hours": timedelta(hours=3), "tomorrow": timedelta(days=1)}


class CallForm(forms.Form):
    """What came of a call."""

    result = forms.ChoiceField(choices=CallResult.choices)
    later = forms.ChoiceField(choices=[(name, name) for name in LATER], required=False)
    words = forms.CharField(max_length=150, required=False)


@require_safe
@signed_in
def call(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """The page to have before one's eyes while phoning."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_WORKFLOW)
    return _page(request, branch, get_step_or_404(request.user, branch, pk))


@require_POST
@signed_in
def number(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """The number in full, once, on record."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_WORKFLOW)
    step = get_step_or_404(request.user, branch, pk)
    task = _task(request, step)
    if task.customer is None or step.status != StepStatus.OPEN:
        return to("step_call", branch, pk)
    why = f"{step.kind} {step.subject}"
    try:
        phone = reveal_phone(customer=task.customer, why=why, actor=request.user)
    except DomainError as error:
        return _page(request, branch, step, error=error)
    return _page(request, branch, step, phone=phone)


@require_POST
@signed_in
def record(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """One of the four things that can come of a call."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_WORKFLOW)
    step = get_step_or_404(request.user, branch, pk)
    try:
        said = cleaned(CallForm(request.POST))
        result = CallResult(said["result"])
        row = calls.record_call(
            step=step,
            result=result,
            words=said["words"],
            again_at=_again_at(said["later"]) if result == CallResult.LATER else None,
            actor=request.user,
        )
    except DomainError as error:
        fresh = get_step_or_404(request.user, branch, pk)
        return _page(request, branch, fresh, error=error)
    messages.success(request, _thanks(row))
    return to("steps", branch)


def _again_at(later: str) -> datetime:
    if later not in LATER:
        raise InvalidInput(fields={"later": _("When may we phone again?")})
    return clock.now() + LATER[later]


def _thanks(step: DueStep) -> str:
    if step.status != StepStatus.WAITING:
        return _("Done. Thank you.")
    again = timezone.localtime(step.due_at)
    return _("Thank you. This comes back on %(day)s.%(month)s. at %(time)s.") % {
        "day": again.day,
        "month": again.month,
        "time": f"{again:%H:%M}",
    }


def _task(request: StaffRequest, step: DueStep) -> Task:
    [task] = tasks_of(request.user, [step])
    return task


def _page(
    request: StaffRequest,
    branch: Branch,
    step: DueStep,
    *,
    phone: str = "",
    error: DomainError | None = None,
) -> HttpResponse:
    task = _task(request, step)
    may_act = may(request.user, Permission.ACT_ON_STEP)
    context = {
        "task": task,
        # The words may hold door codes: they are for whoever phones.
        "script": calls.script(step) or [task.script] if may_act else [],
        "earlier": calls.calls_of(step),
        "is_open": step.status == StepStatus.OPEN,
        "may_act": may_act,
        "phone": phone,
        "typed": request.POST,
        "tab": "steps",
    }
    return show(request, branch, "call", context, error=error)
