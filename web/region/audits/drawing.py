"""A sample of branches drawn by risk: why each of them, when, and who goes."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.permissions import Permission, require
from audits import inspections
from audits.access import inspectors_for, workplaces
from audits.models import InspectionKind
from audits.queries import risk_facts
from audits.sampling import BranchFacts, Chosen, choose
from audits.scoring import rounded
from branches.calendar import add_working_days
from branches.models import Branch
from foundation import clock
from foundation.errors import DomainError
from web.desk.fields import DayField
from web.desk.forms import cleaned
from web.desk.signed_in import StaffRequest, signed_in
from web.region.audits.forms import KINDS, DrawForm
from web.region.audits.frame import show_part
from web.region.frame import to

SEEDS = 10**9


class TogetherForm(forms.Form):
    """What holds for the whole sample."""

    seed = forms.IntegerField(min_value=1, max_value=SEEDS, widget=forms.HiddenInput)
    kind = forms.TypedChoiceField(
        choices=KINDS, coerce=InspectionKind, initial="spot", required=False, empty_value=None
    )
    announced = forms.BooleanField(required=False)


class OneForm(forms.Form):
    """One branch of the sample: its prefix is the branch's code."""

    chosen = forms.BooleanField(required=False)
    day = DayField(required=True)
    inspector = forms.TypedChoiceField()

    def __init__(self, inspectors: list[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Read once for all branches: a choice of rows would ask for them branch by branch.
        known = {str(user.pk): user for user in inspectors}
        field = cast("forms.TypedChoiceField", self.fields["inspector"])
        field.choices = [(pk, user.full_name) for pk, user in known.items()]
        field.coerce = known.__getitem__


@dataclass
class Drawn:
    """One branch of the sample with the reasons, and the form that plans it."""

    branch: Branch
    form: OneForm
    reasons: list[str] = field(default_factory=list)
    risk: str = ""
    by_chance: bool = False
    refusal: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def draw(request: StaffRequest) -> HttpResponse:
    """Draw, look at the reasons, and plan those that one agrees with."""
    require(request.user, Permission.PLAN_INSPECTION)
    if request.method == "POST":
        return _plan(request)
    asked = DrawForm(request.GET if "count" in request.GET else None)
    rows: list[Drawn] = []
    seed = secrets.randbelow(SEEDS - 1) + 1
    if asked.is_valid():
        seed = asked.cleaned_data["seed"]
        rows = _drawn(request.user, asked.cleaned_data["count"], seed)
    return _page(request, asked, rows, seed)


def _plan(request: StaffRequest) -> HttpResponse:
    """Plan each that is ticked; what a rule refuses stays on the page with its reason."""
    try:
        together = cleaned(TogetherForm(request.POST))
    except DomainError as error:
        return _page(request, DrawForm(), [], 1, error)
    branches = _branches(request.user, request.POST.getlist("branch"))
    people = _people(request.user, branches)
    left, planned = [], 0
    for branch in branches:
        form = OneForm(people[branch.pk], request.POST, prefix=branch.code)
        if not form["chosen"].value():
            continue
        row = Drawn(branch, form)
        try:
            _plan_one(request.user, row, together)
            planned += 1
        except DomainError as error:
            row.refusal = str(next(iter(error.fields.values()), error.message))
            left.append(row)
    if planned:
        words = ngettext("%(n)s inspection is planned.", "%(n)s inspections are planned.", planned)
        messages.success(request, words % {"n": planned})
    if left:
        return _page(request, DrawForm(), left, together["seed"], status=409)
    return to("inspections")


def _plan_one(user: User, row: Drawn, together: dict[str, object]) -> None:
    said = cleaned(row.form)
    kind = together["kind"]
    inspections.plan(
        key=f"draw:{user.pk}:{together['seed']}:{clock.today()}:{row.branch.code}"[:120],
        branch=row.branch,
        kind=kind if isinstance(kind, InspectionKind) else InspectionKind.SPOT,
        day=said["day"],
        inspector=said["inspector"],
        announced=bool(together["announced"]),
        actor=user,
    )


def _page(
    request: StaffRequest,
    asked: DrawForm,
    rows: list[Drawn],
    seed: int,
    error: DomainError | None = None,
    status: int | None = None,
) -> HttpResponse:
    context = {"asked": asked, "rows": rows, "seed": seed, "kinds": KINDS}
    context["has_drawn"] = asked.is_bound and asked.is_valid()
    return show_part(request, "draw", context, part="draw", error=error, status=status)


def _drawn(user: User, count: int, seed: int) -> list[Drawn]:
    facts = {one.branch: one for one in risk_facts(user)}
    chosen = choose(facts.values(), count=count, seed=seed)
    branches = Branch.objects.for_user(user, Permission.PLAN_INSPECTION).in_bulk(
        [one.branch for one in chosen]
    )
    people = _people(user, branches.values())
    rows, day = [], clock.today()
    for number, one in enumerate(chosen):
        # One working day after the other, and the inspectors in turn: a proposal to be changed.
        branch, day = branches[one.branch], add_working_days(day, 1)
        may_go = people[branch.pk]
        first = {"chosen": True, "day": day}
        if may_go:
            first["inspector"] = may_go[number % len(may_go)].pk
        form = OneForm(may_go, prefix=branch.code, initial=first)
        reasons = reasons_of(facts[one.branch], one)
        rows.append(Drawn(branch, form, reasons, f"{rounded(one.risk.total)}", one.by_chance))
    return rows


def reasons_of(facts: BranchFacts, chosen: Chosen) -> list[str]:
    """Why this branch, in sentences: the facts that the draw looked at."""
    said = []
    if facts.last_score is None:
        said.append(_("never inspected"))
    else:
        said.append(_("last score %(score)s%%") % {"score": rounded(facts.last_score)})
    if facts.days_since is not None:
        words = ngettext(
            "%(n)s day since the last one", "%(n)s days since the last one", facts.days_since
        )
        said.append(words % {"n": facts.days_since})
    if facts.complaints:
        words = ngettext(
            "%(n)s complaint within a year", "%(n)s complaints within a year", facts.complaints
        )
        said.append(words % {"n": facts.complaints})
    if facts.oldest_finding_days:
        words = _("a finding open for %(n)s days") % {"n": facts.oldest_finding_days}
        said.append(words)
    if chosen.by_chance:
        said.append(_("drawn by lot: nobody is safe from a visit"))
    return said


def _branches(user: User, codes: list[str]) -> list[Branch]:
    rows = Branch.objects.for_user(user, Permission.PLAN_INSPECTION)
    return list(rows.filter(code__in=codes, is_active=True).order_by("code"))


def _people(user: User, branches: Iterable[Branch]) -> dict[int, list[User]]:
    """Who may go where: every inspector who does not belong there."""
    inspectors = list(inspectors_for(user))
    at_home = workplaces(inspectors)
    return {
        branch.pk: [one for one in inspectors if branch.pk not in at_home[one.pk]]
        for branch in branches
    }
