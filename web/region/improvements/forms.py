"""What may be typed on the way from a finding to its re-check. Rules live in the domain."""

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audits.models import FindingSource, Improvement
from audits.models.finding import FindingSeverity
from audits.standard import Severity
from audits.states import ImprovementStatus
from branches.finding import search
from branches.models import Branch
from foundation import clock
from web.desk.fields import DayField, PhotoField

SENTENCES = {"required": _("Please say it in a sentence or two.")}
OVERDUE, WAITING, EVERYTHING = "overdue", "recheck", "all"
SHOWN = (
    ("", _("all that are open")),
    (OVERDUE, _("past their deadline")),
    (WAITING, _("wait for a re-check")),
    (EVERYTHING, _("closed ones too")),
)


class FilterForm(forms.Form):
    """Which improvements; nonsense in the address filters nothing."""

    q = forms.CharField(label=_("Branch"), max_length=60, required=False)
    show = forms.ChoiceField(label=_("Show"), choices=SHOWN, required=False)
    severity = forms.ChoiceField(
        label=_("Severity"), choices=[("", _("any")), *FindingSeverity.choices], required=False
    )
    source = forms.ChoiceField(
        label=_("From"), choices=[("", _("anywhere")), *FindingSource.choices], required=False
    )
    status = forms.ChoiceField(
        label=_("Status"), choices=[("", _("any")), *ImprovementStatus.choices], required=False
    )

    def apply(self, rows: "QuerySet[Improvement]") -> "QuerySet[Improvement]":
        """The rows that were asked for, the nearest deadline first."""
        self.full_clean()
        said = self.cleaned_data
        found = self._shown(rows, said.get("show", ""), said.get("status", ""))
        if words := said.get("q", "").strip():
            found = found.filter(branch__in=search(Branch.objects.order_by(), words))
        if said.get("severity"):
            found = found.filter(finding__severity=said["severity"])
        if said.get("source"):
            found = found.filter(finding__source=said["source"])
        return found.order_by("deadline", "branch__code", "pk")

    @staticmethod
    def _shown(rows: "QuerySet[Improvement]", show: str, status: str) -> "QuerySet[Improvement]":
        if status:
            return rows.filter(status=status)
        if show == EVERYTHING:
            return rows
        if show == OVERDUE:
            return rows.exclude(status=ImprovementStatus.CLOSED).filter(deadline__lt=clock.today())
        if show == WAITING:
            return rows.filter(status__in=[ImprovementStatus.FIXED, ImprovementStatus.RECHECK])
        return rows.exclude(status=ImprovementStatus.CLOSED)


class AnalysisForm(forms.Form):
    analysis = forms.CharField(
        label=_("What is the cause?"),
        max_length=1000,
        error_messages=SENTENCES,
        widget=forms.Textarea({"rows": 3}),
    )


class MeasuresForm(forms.Form):
    measures = forms.CharField(
        label=_("What will be done?"),
        max_length=1000,
        error_messages=SENTENCES,
        widget=forms.Textarea({"rows": 3}),
    )
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who sees to it?"),
        error_messages={"required": _("Please choose who sees to it.")},
    )

    def __init__(self, people: "QuerySet[User]", *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]
        self.fields["owner"].label_from_instance = (  # type: ignore[attr-defined]
            lambda user: user.full_name
        )


class ProofForm(forms.Form):
    """What was done or seen, with a photo or the record that shows it."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    words = forms.CharField(
        label=_("What was done?"),
        max_length=500,
        error_messages=SENTENCES,
        widget=forms.Textarea({"rows": 2}),
    )
    photo = PhotoField()
    record = forms.CharField(
        label=_("Or which record shows it"),
        help_text=_("A ledger and its line, a certificate and its number."),
        max_length=300,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        if not self.errors and not said.get("photo") and not said.get("record", "").strip():
            self.add_error("photo", _("Please add a photo, or name the record that shows it."))
        return said


class ReasonForm(forms.Form):
    words = forms.CharField(
        label=_("What is still wrong?"),
        max_length=500,
        error_messages=SENTENCES,
        widget=forms.Textarea({"rows": 2}),
    )


class ExtendForm(forms.Form):
    deadline = DayField(
        label=_("New deadline"),
        required=True,
        error_messages={"required": _("Until when, please?")},
    )
    reason = forms.CharField(label=_("Why"), max_length=300, error_messages=SENTENCES)


class ComplaintForm(forms.Form):
    """Its number where complaints are kept, and the cause: never a person."""

    branch = forms.ModelChoiceField(
        Branch.objects.none(),
        label=_("Branch"),
        error_messages={"required": _("Please choose a branch.")},
    )
    complaint = forms.CharField(
        label=_("Number of the complaint"),
        help_text=_("As it is kept where complaints are kept. The customer stays there."),
        max_length=60,
        error_messages={"required": _("Please give the number of the complaint.")},
    )
    words = forms.CharField(
        label=_("What is it about? No names, please."),
        max_length=500,
        error_messages={"required": _("Please say what it is about, without names.")},
        widget=forms.Textarea({"rows": 3}),
    )
    received_on = DayField(
        label=_("Received"), required=True, error_messages={"required": _("Which day, please?")}
    )
    severity = forms.TypedChoiceField(
        label=_("Severity"), choices=FindingSeverity.choices, coerce=Severity, initial="major"
    )

    def __init__(self, branches: "QuerySet[Branch]", *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = branches  # type: ignore[attr-defined]


class ThemeForm(forms.Form):
    title = forms.CharField(
        label=_("Name"), max_length=200, error_messages={"required": _("Please give it a name.")}
    )
    item = forms.CharField(widget=forms.HiddenInput, max_length=10)


class ThemeMeasureForm(AnalysisForm):
    measures = forms.CharField(
        label=_("What will be done, at all of them?"),
        max_length=1000,
        error_messages=SENTENCES,
        widget=forms.Textarea({"rows": 3}),
    )


class SuspensionForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"), max_length=300, error_messages={"required": _("Please say why.")}
    )
    letter_zh = forms.CharField(required=False, widget=forms.Textarea({"rows": 14}))
