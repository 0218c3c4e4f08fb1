"""One person: badge, roles, skills, trainings; leaving the bank, and coming back."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, may
from branches import people
from branches.models import Branch, Skill, Staff
from branches.promises import BreaksPromises
from branches.validity import events_of, trainings_of, validity
from foundation import clock
from foundation.errors import DomainError, MoveRefused
from web.desk.access import get_branch_or_404, get_person_or_404
from web.desk.frame import show, to
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.staff.forms import (
    BadgeForm,
    FaceForm,
    PersonForm,
    SkillsForm,
    TrainingForm,
    WhyForm,
)
from web.desk.words import STAFF_EVENTS
from web.refusals import show_refusal

# What a form's rule does with a person and the words that were typed; and what to say afterwards.
Act = Callable[[Staff, dict[str, Any]], str]


@require_safe
@signed_in
def person(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """All that the register knows about somebody."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_STAFF)
    return _page(request, branch, get_person_or_404(request.user, branch, pk))


@require_POST
@signed_in
def correct(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """Another name, badge number or role."""
    form = PersonForm(request.POST)

    def act(row: Staff, _said: dict[str, Any]) -> str:
        people.correct(staff=row, to=form.particulars(), actor=request.user)
        return _("The particulars are changed.")

    return _do(request, code, pk, "particulars", form, act)


@require_POST
@signed_in
def face(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """The photo of the badge."""

    def act(row: Staff, said: dict[str, Any]) -> str:
        people.show_face(staff=row, photo=said["photo"], actor=request.user)
        return _("The photo is kept.")

    return _do(request, code, pk, "face", FaceForm(request.POST, request.FILES), act)


@require_POST
@signed_in
def badge(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """Until when the badge is good."""

    def act(row: Staff, said: dict[str, Any]) -> str:
        people.renew_badge(staff=row, valid_until=said["valid_until"])
        return _("The badge is renewed.")

    return _do(request, code, pk, "badge", BadgeForm(request.POST), act)


@require_POST
@signed_in
def skills(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """What somebody can do for a customer."""

    def act(row: Staff, said: dict[str, Any]) -> str:
        people.set_skills(staff=row, skills=[Skill(one) for one in said["skills"]])
        return _("The skills are changed.")

    return _do(request, code, pk, "skills", SkillsForm(request.POST), act)


@require_POST
@signed_in
def training(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """Somebody was trained."""

    def act(row: Staff, said: dict[str, Any]) -> str:
        skill = Skill(said["skill"]) if said["skill"] else None
        people.enter_training(staff=row, **said | {"skill": skill})
        return _("The training is on record.")

    return _do(request, code, pk, "training", TrainingForm(request.POST), act)


@require_POST
@signed_in
def leave(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """Somebody leaves the bank: from this moment they can sign in no more."""

    def act(row: Staff, said: dict[str, Any]) -> str:
        left_over = people.part_with(staff=row, reason=said["reason"], actor=request.user)
        if not left_over:
            return _("%(name)s has left; nobody can sign in under that name.") % {"name": row.name}
        words = {"name": row.name, "number": len(left_over)}
        return _("%(name)s has left. Promises for others to take over: %(number)s.") % words

    return _do(request, code, pk, "leaving", WhyForm(request.POST), act)


@require_POST
@signed_in
def come_back(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """Somebody who had left works here again."""

    def act(row: Staff, said: dict[str, Any]) -> str:
        people.come_back(staff=row, reason=said["reason"], actor=request.user)
        return _("%(name)s works here again. The administration opens the sign-in.") % {
            "name": row.name
        }

    return _do(request, code, pk, "leaving", WhyForm(request.POST), act)


def _do(
    request: StaffRequest, code: str, pk: int, at: str, form: forms.Form, act: Act
) -> HttpResponse:
    branch = get_branch_or_404(request.user, code, Permission.CHANGE_ROSTER)
    row = get_person_or_404(request.user, branch, pk, Permission.CHANGE_ROSTER)
    if not form.is_valid():
        return _page(request, branch, row, refused={at: form}, status=400)
    try:
        words = act(row, dict(form.cleaned_data))
    except BreaksPromises as error:
        return _page(request, branch, row, refused={at: form}, error=error)
    except MoveRefused as error:
        return _page(request, branch, get_person_or_404(request.user, branch, pk), error=error)
    except DomainError as error:
        return _page(request, branch, row, refused={at: form}, status=show_refusal(form, error))
    messages.success(request, words)
    return to("person", branch, pk)


def _page(
    request: StaffRequest,
    branch: Branch,
    row: Staff,
    *,
    refused: dict[str, forms.Form] | None = None,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    today = clock.today()
    unkept = error.promises if isinstance(error, BreaksPromises) else []
    still = list(people.still_promised(row)) if row.is_active else []
    prefetch_related_objects(unkept, "staff")
    forms_of = {
        "particulars": PersonForm(initial=PersonForm.initial_of(row)),
        "face": FaceForm(),
        "badge": BadgeForm(initial={"valid_until": row.badge_valid_until}),
        "skills": SkillsForm(initial={"skills": [one.skill for one in row.skills.all()]}),
        "training": TrainingForm(),
        "leaving": WhyForm(),
    }
    context = {
        "person": row,
        "badge": validity(row.badge_valid_until, today),
        "this_day": today,
        "skills": row.skills.all(),
        "trainings": trainings_of(row, today),
        "events": [(event, STAFF_EVENTS[event.to_status]) for event in events_of(row)],
        "forms": forms_of | (refused or {}),
        "at": next(iter(refused or {}), ""),
        "promises": unkept,
        "still_promised": still,
        "may_change": may(request.user, Permission.CHANGE_ROSTER),
        "tab": "faults",
        "part": "staff",
    }
    return show(request, branch, "staff/person", context, error=error, status=status)
