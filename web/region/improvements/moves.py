"""The steps of an improvement, each a POST that goes back to its page."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Permission
from audits import evidence, improvements
from audits.evidence import Target
from audits.models import Evidence, Improvement
from foundation.errors import DomainError
from web.desk.signed_in import StaffRequest, signed_in
from web.refusals import show_refusal
from web.region.frame import to
from web.region.improvements.access import get_improvement_or_404
from web.region.improvements.detail import improvement_page, task_of

Act = Callable[[Improvement, Mapping[str, Any]], object]


@require_POST
@signed_in
def analyse(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The branch says what the cause is."""

    def act(row: Improvement, said: Mapping[str, Any]) -> object:
        return improvements.analyse(improvement=row, analysis=said["analysis"], actor=request.user)

    return _do(request, public_id, "analyse", Permission.IMPROVE_FINDING, act)


@require_POST
@signed_in
def set_measures(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What will be done, and who sees to it."""

    def act(row: Improvement, said: Mapping[str, Any]) -> object:
        return improvements.set_measures(
            improvement=row, measures=said["measures"], owner=said["owner"], actor=request.user
        )

    return _do(request, public_id, "measures", Permission.IMPROVE_FINDING, act)


@require_POST
@signed_in
def report_fixed(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The branch says that it is fixed, and shows it."""

    def act(row: Improvement, said: Mapping[str, Any]) -> object:
        return improvements.report_fixed(
            improvement=row,
            words=said["words"],
            evidence=_proof(request, row, said),
            actor=request.user,
        )

    return _do(request, public_id, "fixed", Permission.FIX_FINDING, act)


@require_POST
@signed_in
def begin_recheck(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Somebody from the region goes and looks."""

    def act(row: Improvement, said: Mapping[str, Any]) -> object:  # noqa: ARG001
        return improvements.begin_recheck(improvement=row, actor=request.user)

    return _do(request, public_id, "recheck", Permission.RECHECK_FINDING, act)


@require_POST
@signed_in
def close(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Fixed, as seen by other eyes with evidence of their own."""

    def act(row: Improvement, said: Mapping[str, Any]) -> object:
        return improvements.close(
            improvement=row,
            words=said["words"],
            evidence=_proof(request, row, said),
            actor=request.user,
        )

    return _do(request, public_id, "close", Permission.RECHECK_FINDING, act)


@require_POST
@signed_in
def send_back(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Not fixed: back to the analysis, and counted."""

    def act(row: Improvement, said: Mapping[str, Any]) -> object:
        return improvements.send_back(improvement=row, words=said["words"], actor=request.user)

    return _do(request, public_id, "send_back", Permission.RECHECK_FINDING, act)


@require_POST
@signed_in
def extend(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """More time, on record."""

    def act(row: Improvement, said: Mapping[str, Any]) -> object:
        return improvements.extend(
            improvement=row,
            deadline=said["deadline"],
            reason=said["reason"],
            actor=request.user,
        )

    return _do(request, public_id, "extend", Permission.EXTEND_DEADLINE, act)


def _do(
    request: StaffRequest, public_id: UUID, name: str, permission: Permission, act: Act
) -> HttpResponse:
    """Do one step and go back to the page; refused, the page keeps what was typed."""
    row = get_improvement_or_404(request.user, public_id, permission)
    task = task_of(name, row, request.POST, request.FILES)
    status = 400
    if task.form.is_valid():
        try:
            act(row, task.form.cleaned_data)
        except DomainError as error:
            status = show_refusal(task.form, error)
            # What it has become meanwhile decides which forms are there.
            row = get_improvement_or_404(request.user, public_id)
        else:
            messages.success(request, _("It is on record."))
            return to("improvement", row.public_id)
    return improvement_page(request, row, tried=task, status=status)


def _proof(request: StaffRequest, row: Improvement, said: Mapping[str, Any]) -> Evidence:
    target = Target(improvement=row)
    if said["photo"]:
        return evidence.add_photo(
            client_id=said["key"],
            target=target,
            data=said["photo"],
            actor=request.user,
            words=said["words"],
        )
    return evidence.add_record(
        client_id=said["key"], target=target, words=said["record"], actor=request.user
    )
