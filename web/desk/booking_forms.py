"""What is typed to book, move or cancel at the desk. Rules live in the domain."""

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.recurring import MOST_TIMES

KEY = r"^[0-9A-Za-z-]{1,50}$"


class WindowForm(forms.Form):
    """``key`` is made with the page, so that a double tap is one booking."""

    key = forms.RegexField(regex=KEY)
    window = forms.CharField(
        max_length=20, error_messages={"required": _("Please choose one of the times.")}
    )


class MoveForm(WindowForm):
    """Whoever moves a promise says why: the customer may ask a year later."""

    reason = forms.CharField(
        max_length=300, error_messages={"required": _("Please say in a few words why.")}
    )


class BookForm(WindowForm):
    """``by`` is empty when the customer asks, else a family member's id; ``times`` when monthly."""

    by = forms.UUIDField(required=False)
    times = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_TIMES,
        error_messages={
            "min_value": _("Choose once, or up to twelve months."),
            "max_value": _("Choose once, or up to twelve months."),
            "invalid": _("Choose once, or up to twelve months."),
        },
    )


class WaitForm(forms.Form):
    first_day = forms.DateField(
        error_messages={"required": _("From which day?"), "invalid": _("From which day?")}
    )
    last_day = forms.DateField(
        error_messages={"required": _("Until which day?"), "invalid": _("Until which day?")}
    )
