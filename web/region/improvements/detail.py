"""One improvement with its whole story, and the one thing to do next."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import Permission, may
from audits.models import Improvement
from audits.states import ImprovementStatus as S
from branches.models import Branch
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.words import history
from web.photos import as_picture
from web.region.audits.frame import show_part
from web.region.improvements.access import get_evidence_photo_or_404, get_improvement_or_404
from web.region.improvements.forms import (
    AnalysisForm,
    ExtendForm,
    MeasuresForm,
    ProofForm,
    ReasonForm,
)
from web.region.improvements.words import Line


@dataclass(frozen=True)
class Task:
    """One form of the page: what it asks, where it goes, and what its button says."""

    name: str
    title: str
    action: str
    form: forms.Form
    button: str


@require_safe
@signed_in
def show_one(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What was found, what is done about it, and what is to be done next."""
    return improvement_page(request, get_improvement_or_404(request.user, public_id))


@require_safe
@signed_in
def photo(request: StaffRequest, public_id: UUID, photo: UUID) -> HttpResponse:
    """One photo of what was fixed or seen."""
    improvement = get_improvement_or_404(request.user, public_id)
    return as_picture(get_evidence_photo_or_404(request.user, improvement, photo))


def improvement_page(
    request: StaffRequest, row: Improvement, *, tried: Task | None = None, status: int | None = None
) -> HttpResponse:
    """The page; with ``tried`` it keeps what was typed and says what is wrong with it."""
    tasks = [
        tried if tried is not None and tried.name == task.name else task
        for task in tasks_of(request.user, row)
    ]
    context = {
        "line": Line(row),
        "row": row,
        "tasks": tasks,
        "evidence": row.evidence.all(),
        "events": history(row.events.all(), S),
        "refused": _stray(tasks, tried),
    }
    return show_part(request, "improving/one", context, part="improvements", status=status)


def _stray(tasks: list[Task], tried: Task | None) -> str:
    """What was refused, when its form is not there any more: somebody else was quicker."""
    if tried is None or any(task is tried for task in tasks):
        return ""
    return " ".join(str(words) for errors in tried.form.errors.values() for words in errors)


def tasks_of(user: User, row: Improvement) -> list[Task]:
    """What this person may do with it now, the next step of the way first."""
    return [
        task_of(name, row)
        for name, statuses, permission in (
            ("analyse", {S.OPEN}, Permission.IMPROVE_FINDING),
            ("measures", {S.ANALYSED}, Permission.IMPROVE_FINDING),
            ("fixed", {S.MEASURES_SET}, Permission.FIX_FINDING),
            ("recheck", {S.FIXED}, Permission.RECHECK_FINDING),
            ("close", {S.RECHECK}, Permission.RECHECK_FINDING),
            ("send_back", {S.RECHECK}, Permission.RECHECK_FINDING),
            ("extend", set(S) - {S.CLOSED}, Permission.EXTEND_DEADLINE),
        )
        if row.status in statuses and may(user, permission)
    ]


def task_of(name: str, row: Improvement, data: Any = None, files: Any = None) -> Task:
    """The form of one step, empty or as it was sent."""
    sent: dict[str, Any] = {"data": data, "files": files} if data is not None else {}
    title, button = _words(name)
    action = reverse(f"region:improvement_{name}", args=[row.public_id])
    return Task(name, title, action, _form(name, row, sent), button)


def _form(name: str, row: Improvement, sent: dict[str, Any]) -> forms.Form:
    if name == "measures":
        return MeasuresForm(people_of(row.branch), **_first(row, sent))
    if name == "close":
        return _seen(ProofForm(**sent))
    kinds: dict[str, type[forms.Form]] = {
        "analyse": AnalysisForm,
        "fixed": ProofForm,
        "recheck": forms.Form,
        "send_back": ReasonForm,
        "extend": ExtendForm,
    }
    return kinds[name](**sent)


def _words(name: str) -> tuple[str, str]:
    """The step's question, and what its button says."""
    return {
        "analyse": (_("Say what the cause is"), _("Analysed")),
        "measures": (_("Say what will be done, and who sees to it"), _("Set measures")),
        "fixed": (_("Say that it is fixed, and show it"), _("It is fixed")),
        "recheck": (_("Take the re-check"), _("I re-check it")),
        "close": (_("It is fixed: close it"), _("Close")),
        "send_back": (_("It is not fixed: send it back"), _("Send back")),
        "extend": (_("Give it more time"), _("Extend")),
    }[name]


def people_of(branch: Branch) -> QuerySet[User]:
    """Who may see to something in this branch: those who work there."""
    return (
        User.objects.filter(is_active=True)
        .filter(Q(branches=branch) | Q(staff__branch=branch))
        .distinct()
        .order_by("full_name", "pk")
    )


def _first(row: Improvement, sent: dict[str, Any]) -> dict[str, Any]:
    """What a theme or an earlier round has said already stands in the form."""
    return sent or {"initial": {"measures": row.measures, "owner": row.owner_id}}


def _seen(form: ProofForm) -> ProofForm:
    form.fields["words"].label = _("What did you see?")
    return form
