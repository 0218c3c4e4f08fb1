"""What may be said about a branch's people. Rules live in the domain; this only reads input."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from branches.models import Skill, Staff
from branches.people import Particulars
from branches.validity import Validity, with_badge
from web.desk.fields import DayField, PhotoField
from web.desk.forms import WORDS

ROLES = {
    "handle": (_("handles business at a home visit"), Q(can_handle=True)),
    "witness": (_("witnesses a home visit"), Q(can_witness=True)),
    "drive": (_("may drive"), Q(can_drive=True)),
}


class PeopleFilter(forms.Form):
    """Search and filters of the list; nonsense in the address filters nothing."""

    q = forms.CharField(label=_("Name or badge"), max_length=60, required=False)
    skill = forms.ChoiceField(
        label=_("Skill"), choices=[("", _("all skills")), *Skill.choices], required=False
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[("", _("all roles")), *((key, words) for key, (words, _q) in ROLES.items())],
        required=False,
    )
    badge = forms.ChoiceField(
        label=_("Badge"),
        choices=[("", _("all badges")), *Validity.choices],
        required=False,
    )
    left = forms.ChoiceField(
        label=_("Show"),
        choices=[("", _("who works here")), ("left", _("who has left"))],
        required=False,
    )

    def apply(self, rows: QuerySet[Staff]) -> QuerySet[Staff]:
        """The people who were asked for."""
        self.full_clean()
        said = self.cleaned_data
        rows = rows.filter(is_active=said.get("left") != "left")
        if words := said.get("q", "").strip():
            rows = rows.filter(Q(name__icontains=words) | Q(badge__icontains=words))
        if skill := said.get("skill"):
            rows = rows.filter(skills__skill=skill)
        if role := said.get("role"):
            rows = rows.filter(ROLES[role][1])
        if badge := said.get("badge"):
            rows = with_badge(rows, Validity(badge))
        return rows


class PersonForm(forms.Form):
    """Name, badge, and what somebody may do at a home visit."""

    name = forms.CharField(label=_("Name"), max_length=60)
    badge = forms.CharField(label=_("Badge number"), max_length=20)
    can_handle = forms.BooleanField(label=_("may handle business at a home visit"), required=False)
    can_witness = forms.BooleanField(
        label=_("may witness a home visit"), required=False, initial=True
    )
    can_drive = forms.BooleanField(label=_("may drive to a home visit"), required=False)

    @staticmethod
    def initial_of(person: Staff) -> dict[str, Any]:
        """The particulars as they are."""
        return {name: getattr(person, name) for name in PersonForm.base_fields}

    def particulars(self) -> Particulars:
        """What was typed."""
        return Particulars(**self.cleaned_data)


class BadgeForm(forms.Form):
    valid_until = DayField(label=_("Badge valid until"), required=True)


class FaceForm(forms.Form):
    photo = PhotoField(
        required=True, error_messages={"required": _("Please take or choose a photo.")}
    )


class SkillsForm(forms.Form):
    skills = forms.MultipleChoiceField(
        label=_("Skills"),
        choices=Skill,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class TrainingForm(forms.Form):
    """One training that somebody has had."""

    title = forms.CharField(label=_("Training"), max_length=100)
    skill = forms.ChoiceField(
        label=_("In"), choices=[("", _("no particular skill")), *Skill.choices], required=False
    )
    taken_on = DayField(label=_("On"), required=True)
    hours = forms.DecimalField(label=_("Class hours of 45 minutes"), max_digits=5, decimal_places=1)
    expires_on = DayField(label=_("Expires on"))
    certificate = forms.CharField(label=_("Certificate number"), max_length=60, required=False)


class WhyForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=WORDS,
        error_messages={"required": _("Please say why.")},
    )
