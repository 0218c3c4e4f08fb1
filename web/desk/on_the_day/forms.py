"""What is tapped when something goes wrong."""

from django import forms
from django.utils.translation import gettext_lazy as _

LONGER = (15, 30, 45, 60)


class AwayForm(forms.Form):
    """Who is away, and until when."""

    staff = forms.IntegerField(
        min_value=1, error_messages={"required": _("Who is away? Please choose.")}
    )
    until = forms.DateField(error_messages={"required": _("Until when? Please choose a day.")})


class AwayYesForm(AwayForm):
    """The same, with what was shown."""

    shown = forms.CharField(max_length=10_000)


class LongerForm(forms.Form):
    """How many minutes more."""

    minutes = forms.TypedChoiceField(
        choices=[(str(minutes), str(minutes)) for minutes in LONGER],
        coerce=int,
        error_messages={"required": _("How much longer? Please choose.")},
    )
