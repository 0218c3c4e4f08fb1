"""What may be typed around an inspection. Rules live in the domain; this only reads input."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission
from audits.access import inspectors_for
from audits.models import Inspection, InspectionKind
from audits.models.inspection import InspectionQuerySet
from audits.states import InspectionStatus
from branches.finding import search
from branches.models import Branch
from foundation import clock
from web.desk.fields import DayField

KINDS = [(kind, kind.label) for kind in (InspectionKind.PLANNED, InspectionKind.SPOT)]
FIRST_YEAR, LAST_YEAR = 2000, 2999
DECEMBER = 12


class CalendarForm(forms.Form):
    """Which part of the calendar; nonsense in the address filters nothing."""

    year = forms.IntegerField(required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    month = forms.IntegerField(required=False, min_value=1, max_value=DECEMBER)
    q = forms.CharField(label=_("Search"), max_length=60, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("all kinds")), *InspectionKind.choices], required=False
    )
    status = forms.ChoiceField(
        label=_("Status"),
        choices=[("", _("every status")), *InspectionStatus.choices],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.full_clean()
        today = clock.today()
        self.shown_year: int = self.cleaned_data.get("year") or today.year
        # A year without a month is the whole year; nothing at all is this month.
        asked = self.cleaned_data.get("month")
        self.shown_month: int | None = asked or (
            None if self.cleaned_data.get("year") else today.month
        )

    def apply(self, rows: InspectionQuerySet) -> QuerySet[Inspection]:
        """The rows that were asked for, the first day first."""
        said = self.cleaned_data
        found = rows.filter(planned_for__year=self.shown_year)
        if self.shown_month:
            found = found.filter(planned_for__month=self.shown_month)
        if words := said.get("q", "").strip():
            found = found.filter(branch__in=search(Branch.objects.order_by(), words))
        for name in ("kind", "status"):
            if said.get(name):
                found = found.filter(**{name: said[name]})
        return found.order_by("planned_for", "branch__code", "pk")


class PlanForm(forms.Form):
    """``key`` is made with the page, so that a double tap plans one inspection."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    branch = forms.ModelChoiceField(
        Branch.objects.none(),
        label=_("Branch"),
        to_field_name="code",
        error_messages={"required": _("Please choose a branch.")},
    )
    kind = forms.TypedChoiceField(
        label=_("Kind"), choices=KINDS, coerce=InspectionKind, widget=forms.RadioSelect
    )
    day = DayField(
        label=_("Day"),
        required=True,
        error_messages={
            "required": _("Please choose a day."),
            "invalid": _("Please enter a date."),
        },
    )
    inspector = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Inspector"),
        help_text=_("Somebody who does not work in the branch."),
        error_messages={"required": _("Please choose an inspector.")},
    )
    announced = forms.BooleanField(
        label=_("Tell the branch beforehand"),
        help_text=_("Otherwise the branch sees nothing of it until the inspector begins."),
        required=False,
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Branch.objects.for_user(user, Permission.PLAN_INSPECTION).filter(is_active=True)
        self.fields["branch"].queryset = rows.order_by("code")  # type: ignore[attr-defined]
        self.fields["inspector"].queryset = inspectors_for(user)  # type: ignore[attr-defined]
        self.fields["day"].widget.attrs["min"] = clock.today().isoformat()


class DrawForm(forms.Form):
    """How many branches are drawn, and by which seed: the same seed draws the same."""

    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=60, initial=5)
    seed = forms.IntegerField(label=_("Seed"), min_value=1, max_value=10**9)


class DayForm(forms.Form):
    day = DayField(label=_("Day"), required=True)


class StartForm(forms.Form):
    last_works_year = forms.IntegerField(
        label=_("Year of the last building works"),
        help_text=_("Leave it empty if nobody knows: then the newest rules are applied."),
        required=False,
        error_messages={"invalid": _("Please enter a year such as 2019.")},
        widget=forms.NumberInput({"inputmode": "numeric", "autocomplete": "off"}),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"), max_length=300, error_messages={"required": _("Please say why.")}
    )


class HandOverForm(ReasonForm):
    inspector = forms.ModelChoiceField(User.objects.none(), label=_("Who goes on"))

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["inspector"].queryset = inspectors_for(user)  # type: ignore[attr-defined]


class SignForm(forms.Form):
    """One side's name, and what a finger drew, as JSON: strokes of points."""

    side = forms.ChoiceField(choices=[("inspector", ""), ("branch", "")])
    name = forms.CharField(max_length=60, required=False)
    strokes = forms.JSONField(required=False)
    agreed = forms.BooleanField(
        error_messages={"required": _("Please confirm that the answers are as they should be.")}
    )
