"""What may be said about a branch's register. Rules live in the domain; this only reads input."""

from collections.abc import Iterable, Mapping
from datetime import time
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branches.faults import AFTERWARDS
from branches.hours import Facts, Hours
from branches.models import Branch, Facility, FacilityType
from branches.models.catalogue import FacilityGroup
from branches.models.facility import FacilityState
from branches.models.hours import Weekday
from branches.states import FaultStatus
from web.desk.fields import DayField, HourField, PhotoField
from web.desk.forms import WORDS


class SeenForm(forms.Form):
    """One tap: it is there and all is well. ``key`` is made with the page."""

    facility = forms.IntegerField(min_value=1)
    key = forms.UUIDField()


class LookForm(forms.Form):
    """What somebody saw of one facility; fields that say nothing about it are left out."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    state = forms.ChoiceField(
        label=_("How is it?"), choices=FacilityState, widget=forms.RadioSelect
    )
    quantity = forms.IntegerField(label=_("How many?"), min_value=0, max_value=9999)
    measured = forms.DecimalField(
        label=_("Measured size"), max_digits=8, decimal_places=2, required=False
    )
    stands_at = forms.CharField(label=_("Where it stands"), max_length=100, required=False)
    expires_on = DayField(label=_("Expires on"))
    words = forms.CharField(label=_("Remark"), max_length=WORDS, required=False)
    photo = PhotoField()

    def __init__(self, facility: Facility, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not facility.type.is_measured:
            del self.fields["measured"]
        else:
            self.fields["measured"].help_text = facility.type.unit
        if not facility.type.has_expiry and facility.expires_on is None:
            del self.fields["expires_on"]


class AddForm(forms.Form):
    """Something of the catalogue that this branch has not had so far."""

    type = forms.ChoiceField(label=_("What"))
    quantity = forms.IntegerField(label=_("How many?"), min_value=1, max_value=9999, initial=1)
    stands_at = forms.CharField(label=_("Where it stands"), max_length=100, required=False)

    def __init__(self, types: Iterable[FacilityType], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_order = sorted(types, key=lambda kind: list(FacilityGroup).index(_group(kind)))
        self.fields["type"].choices = [  # type: ignore[attr-defined]
            (group.label, [(kind.code, str(kind)) for kind in kinds])
            for group, kinds in groupby(in_order, key=_group)
        ]


def _group(kind: FacilityType) -> FacilityGroup:
    return FacilityGroup(kind.group)


class CloseForm(forms.Form):
    """How a fault was settled, and in what state it leaves the facility."""

    to = forms.ChoiceField(
        label=_("How was it settled?"),
        choices=[
            (FaultStatus.REPAIRED, FaultStatus.REPAIRED.label),
            (FaultStatus.MISTAKEN, FaultStatus.MISTAKEN.label),
        ],
        error_messages={"required": _("Please choose how it was settled.")},
    )
    state = forms.ChoiceField(
        label=_("How is it now?"),
        choices=[(state.value, state.label) for state in AFTERWARDS],
        error_messages={"required": _("Please say in what state it is now.")},
    )
    reason = forms.CharField(
        label=_("What was done"),
        max_length=WORDS,
        error_messages={"required": _("Please say what was done.")},
    )
    photo = PhotoField()


class HoursForm(forms.Form):
    """From when until when, for each weekday; both empty is closed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day in Weekday:
            self.fields[f"opens_{day}"] = HourField(label=_("opens"))
            self.fields[f"closes_{day}"] = HourField(label=_("closes"))

    @staticmethod
    def initial_of(branch: Branch) -> dict[str, time]:
        """The hours as they are."""
        found = {}
        for row in branch.hours.all():
            found[f"opens_{row.weekday}"] = row.opens
            found[f"closes_{row.weekday}"] = row.closes
        return found

    @property
    def lines(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Each weekday with its two fields."""
        return [(str(day.label), self[f"opens_{day}"], self[f"closes_{day}"]) for day in Weekday]

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        for day in Weekday:
            opens, closes = said.get(f"opens_{day}"), said.get(f"closes_{day}")
            if (opens is None) != (closes is None) and f"closes_{day}" not in self.errors:
                self.add_error(f"closes_{day}", _("Both times, please, or neither when closed."))
        return said

    def week(self) -> Mapping[int, Hours | None]:
        """What was typed, by ISO weekday."""
        found: dict[int, Hours | None] = {}
        for day in Weekday:
            opens = self.cleaned_data.get(f"opens_{day}")
            closes = self.cleaned_data.get(f"closes_{day}")
            found[day.value] = (opens, closes) if opens and closes else None
        return found


class DayForm(forms.Form):
    """A day on which this branch is not what the calendar says."""

    day = DayField(
        label=_("Day"), required=True, error_messages={"required": _("Which day, please?")}
    )
    is_working = forms.TypedChoiceField(
        label=_("That day the branch is"),
        choices=[
            ("no", pgettext_lazy("branch", "closed")),
            ("yes", pgettext_lazy("branch", "open")),
        ],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        initial="no",
    )
    opens = HourField(label=_("opens (if not as usual)"))
    closes = HourField(label=_("closes (if not as usual)"))
    reason = forms.CharField(
        label=_("Why (customers read it)"),
        max_length=100,
        error_messages={"required": _("Please say why; customers read it.")},
    )

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if (said.get("opens") is None) != (said.get("closes") is None):
            self.add_error("closes", _("Both times, please, or neither."))
        return said

    @property
    def hours(self) -> Hours | None:
        """The day's own hours, if it has any."""
        opens, closes = self.cleaned_data.get("opens"), self.cleaned_data.get("closes")
        return (opens, closes) if opens and closes else None


class DayGoneForm(forms.Form):
    day = DayField(required=True)


class FactsForm(forms.Form):
    """What customers read about the branch, and where it stands."""

    address = forms.CharField(label=_("Address"), max_length=200)
    phone = forms.CharField(label=_("Phone"), max_length=30)
    transport_zh = forms.CharField(
        label=_("By bus and metro (Chinese)"), max_length=200, required=False
    )
    transport_en = forms.CharField(
        label=_("By bus and metro (English)"), max_length=200, required=False
    )
    parking_zh = forms.CharField(label=_("Parking (Chinese)"), max_length=200, required=False)
    parking_en = forms.CharField(label=_("Parking (English)"), max_length=200, required=False)
    community_zh = forms.CharField(
        label=_("Nearest community (Chinese)"), max_length=100, required=False
    )
    community_en = forms.CharField(
        label=_("Nearest community (English)"), max_length=100, required=False
    )
    latitude = forms.FloatField(label=_("Latitude"), min_value=-90, max_value=90)
    longitude = forms.FloatField(label=_("Longitude"), min_value=-180, max_value=180)

    @staticmethod
    def initial_of(branch: Branch) -> dict[str, Any]:
        """The facts as they are."""
        return {name: getattr(branch, name) for name in FactsForm.base_fields}

    def facts(self) -> Facts:
        """What was typed."""
        return Facts(**self.cleaned_data)


class SignForm(forms.Form):
    """What somebody does about the sign, and why."""

    move = forms.CharField(max_length=20)
    reason = forms.CharField(
        label=_("Why"), max_length=WORDS, error_messages={"required": _("Please say why.")}
    )
