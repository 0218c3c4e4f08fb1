"""What is typed into a roster. Rules live in the domain; this only reads input."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from branches.roster import Hours
from branches.swaps import MOST_DAYS

WHEN = {"invalid": _("Please give a time such as 9:00.")}
WHICH_DAY = {
    "required": _("Which day, please?"),
    "invalid": _("Please give a day such as 2026-11-30."),
}


class FloorForm(forms.Form):
    """How many on the floor at least, and how many of them stay at the door."""

    minimum_cover = forms.IntegerField(
        label=_("Always on the floor"), error_messages={"required": _("Please say how many.")}
    )
    keep_free = forms.IntegerField(
        label=_("Stay at the door for whoever comes next"),
        error_messages={"required": _("Please say how many.")},
    )


class DayForm(forms.Form):
    """Other hours on one day, or (``off``) none at all."""

    off = forms.BooleanField(required=False)
    starts = forms.TimeField(label=_("From"), required=False, error_messages=WHEN)
    ends = forms.TimeField(label=_("Until"), required=False, error_messages=WHEN)
    reason = forms.CharField(
        label=_("Why"), max_length=100, error_messages={"required": _("Please say why.")}
    )

    def clean(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        starts, ends = said.get("starts"), said.get("ends")
        said["hours"] = None if said.get("off") else (starts, ends)
        if not said.get("off") and not self.errors and not (starts and ends):
            raise forms.ValidationError(_("From when until when, please?"))
        return said


class PatternForm(forms.Form):
    """A week of ordinary weekdays; a weekday without times is a day off."""

    first = forms.DateField(label=_("From this day on"), error_messages=WHICH_DAY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for weekday in range(1, 8):
            for end in ("starts", "ends"):
                self.fields[f"{end}_{weekday}"] = forms.TimeField(
                    required=False, error_messages=WHEN
                )

    def clean(self) -> dict[str, Any]:
        pattern: dict[int, Hours] = {}
        for weekday in range(1, 8):
            starts = self.cleaned_data.get(f"starts_{weekday}")
            ends = self.cleaned_data.get(f"ends_{weekday}")
            if bool(starts) != bool(ends):
                self.add_error(f"starts_{weekday}", _("From when until when, please?"))
            elif starts and ends:
                pattern[weekday] = (starts, ends)
        return {"first": self.cleaned_data.get("first"), "pattern": pattern}


class LeaveDaysForm(forms.Form):
    first = forms.DateField(error_messages=WHICH_DAY)
    last = forms.DateField(error_messages=WHICH_DAY)
    staff = forms.IntegerField(min_value=1, required=False)


class LeaveForm(LeaveDaysForm):
    words = forms.CharField(max_length=300, required=False)


class GiveForm(forms.Form):
    """To whom a promise goes; both rows are looked up afterwards."""

    promise = forms.IntegerField(min_value=1)
    to = forms.IntegerField(
        min_value=1, error_messages={"required": _("Please choose a colleague.")}
    )


class SwapForm(forms.Form):
    second = forms.IntegerField(
        min_value=1, error_messages={"required": _("Please choose a colleague.")}
    )
    first_day = forms.DateField(error_messages=WHICH_DAY)
    last_day = forms.DateField(required=False, error_messages=WHICH_DAY)
    reason = forms.CharField(max_length=100, required=False)


class RefusalForm(forms.Form):
    reason = forms.CharField(max_length=300, error_messages={"required": _("Please say why.")})


def shown(hours: tuple[time, time] | None) -> Mapping[str, str]:
    """Hours as a form's fields show them."""
    if hours is None:
        return {"starts": "", "ends": ""}
    return {"starts": f"{hours[0]:%H:%M}", "ends": f"{hours[1]:%H:%M}"}


def days_between(first: date, last: date) -> list[date]:
    """Each day from the one to the other, both included, as far as a rule could wish to count."""
    end = min(last.toordinal(), first.toordinal() + MOST_DAYS)
    return [date.fromordinal(n) for n in range(first.toordinal(), end + 1)]
