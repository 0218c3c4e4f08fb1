"""What staff may type or tap at the desk. Rules live in the domain; this only reads input."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.states import DeclineReason, NotDoneReason
from branches.models.skill import Skill
from eldercare.models import Need, ServiceVersion
from eldercare.models.escort import Face
from eldercare.queries import services_at_branch
from foundation.errors import InvalidInput
from web.desk.fields import PhotoField

WORDS = 300


class WhoForm(forms.Form):
    """Tap one: the last four digits of a phone."""

    last4 = forms.RegexField(
        label=_("Phone ends in"),
        regex=r"^\d{4}$",
        error_messages={"invalid": _("Please type the last four digits of the phone.")},
    )


class ArrivalForm(forms.Form):
    """Tap two. ``client_key`` is made with the page, so that a double tap is one arrival."""

    client_key = forms.UUIDField()
    customer = forms.UUIDField(required=False)
    nickname = forms.CharField(max_length=60, required=False)
    needs = forms.MultipleChoiceField(choices=Need, required=False)
    wanted_skills = forms.MultipleChoiceField(choices=Skill, required=False)
    service: "forms.ModelChoiceField[ServiceVersion]" = forms.ModelChoiceField(
        label=_("What for"),
        queryset=ServiceVersion.objects.none(),
        error_messages={"required": _("Please touch what they have come for.")},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["service"].queryset = services_at_branch()  # type: ignore[attr-defined]


class ColleagueForm(forms.Form):
    """Which colleague goes; their row is looked up in scope afterwards."""

    assistant = forms.IntegerField(
        error_messages={"required": _("Please touch who goes.")}, min_value=1
    )


class HandOverForm(ColleagueForm):
    # Who was at their side when this page was looked at: two managers may decide at once.
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why"),
        max_length=WORDS,
        error_messages={"required": _("Please say in a few words why.")},
    )


class FinishForm(forms.Form):
    outcome = forms.CharField(
        label=_("What was done"),
        max_length=WORDS,
        error_messages={"required": _("Please say what was done.")},
    )
    kit_given = forms.BooleanField(label=_("Care kit given"), required=False)
    device_taught = forms.BooleanField(label=_("Taught on a phone or machine"), required=False)
    remark = forms.CharField(label=_("Remark"), max_length=WORDS, required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=WORDS,
        error_messages={"required": _("Please say in a few words why.")},
    )


class TickForm(forms.Form):
    """Which step of the checklist; the first is 1."""

    number = forms.IntegerField(min_value=1)


class LendForm(forms.Form):
    """Which facility goes along."""

    facility = forms.IntegerField(
        min_value=1, error_messages={"required": _("Please touch what is lent.")}
    )


class FaceForm(forms.Form):
    face = forms.ChoiceField(
        choices=Face, error_messages={"required": _("Please touch one of the three faces.")}
    )


class FaultForm(forms.Form):
    """A tile, words, or both; and a photo, perhaps."""

    tile = forms.CharField(max_length=60, required=False)
    words = forms.CharField(max_length=200, required=False)
    photo = PhotoField()

    def clean(self) -> dict[str, Any]:
        parts = [self.cleaned_data.get(name, "").strip() for name in ("tile", "words")]
        said = ": ".join(part for part in parts if part)
        if not said:
            raise forms.ValidationError(_("Please touch or type what is wrong."))
        return {"said": said, "photo": self.cleaned_data.get("photo")}


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why"),
        choices=DeclineReason,
        error_messages={"required": _("Please choose a reason.")},
    )


class CodeForm(forms.Form):
    said = forms.CharField(
        label=_("The customer's code"),
        max_length=12,
        error_messages={"required": _("Please type the code that the customer says.")},
    )


class DoneForm(forms.Form):
    words = forms.CharField(label=_("What was done"), max_length=WORDS, required=False)


class NotDoneForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why"),
        choices=NotDoneReason,
        error_messages={"required": _("Please choose a reason.")},
    )
    words = forms.CharField(label=_("In your own words"), max_length=WORDS, required=False)


class StepForm(forms.Form):
    words = forms.CharField(label=_("What came of it"), max_length=150, required=False)


def cleaned(form: forms.Form) -> dict[str, Any]:
    """What was typed, in its proper types.

    Raises:
        InvalidInput: with a sentence for each field that needs another look.
    """
    if form.is_valid():
        return form.cleaned_data
    fields = {name: str(errors[0]) for name, errors in form.errors.items() if errors}
    raise InvalidInput(next(iter(fields.values()), None), fields=fields)
