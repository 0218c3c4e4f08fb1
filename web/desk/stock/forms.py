"""What is typed at the shelf. Rules live in the domain; this only reads input."""

from django import forms
from django.utils.translation import gettext_lazy as _

from branches.models import StockItem
from branches.models.stock import MovementKind

HOW_MANY = {
    "required": _("How many, please?"),
    "invalid": _("Please give a whole number."),
    "min_value": _("At least one, please."),
    "max_value": _("That is more than any shelf holds."),
}
COUNTED = HOW_MANY | {"min_value": _("There cannot be fewer than none.")}
WHICH_DAY = {"invalid": _("Please give a day such as 2026-11-30.")}
MOST = 1_000_000
# Counting has its own sheet, which shows the difference first.
COUNT = MovementKind.COUNTED


class Quantity(forms.IntegerField):
    """At least one."""

    def __init__(self) -> None:
        super().__init__(min_value=1, max_value=MOST, error_messages=HOW_MANY)


class KitForm(forms.Form):
    """``key`` is made with the page, so that a double tap moves one kit."""

    key = forms.UUIDField()


class MoveForm(KitForm):
    """Any movement; which fields matter depends on its kind."""

    kind = forms.ChoiceField(choices=[kind for kind in MovementKind.choices if kind[0] != COUNT])
    quantity = Quantity()
    batch = forms.IntegerField(required=False, min_value=1)
    number = forms.CharField(max_length=60, required=False)
    expires_on = forms.DateField(required=False, error_messages=WHICH_DAY)
    reason = forms.CharField(max_length=200, required=False)


class LevelForm(forms.Form):
    level = forms.IntegerField(min_value=0, max_value=MOST, error_messages=COUNTED)


class AskForm(forms.Form):
    item: "forms.ModelChoiceField[StockItem]" = forms.ModelChoiceField(
        StockItem.objects.all(), error_messages={"required": _("What is needed?")}
    )
    quantity = Quantity()
    words = forms.CharField(max_length=300, required=False)


class ArrivalForm(forms.Form):
    """What has come, which may be less or more than was sent."""

    quantity = Quantity()
    number = forms.CharField(max_length=60, required=False)
    expires_on = forms.DateField(required=False, error_messages=WHICH_DAY)
    words = forms.CharField(max_length=300, required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=300, error_messages={"required": _("Please say why.")})


class LedgerFilter(forms.Form):
    """Which lines of the ledger; nonsense in the address filters nothing."""

    item: "forms.ModelChoiceField[StockItem]" = forms.ModelChoiceField(
        StockItem.objects.all(), label=_("Item"), required=False, empty_label=_("all items")
    )
    kind = forms.ChoiceField(
        label=_("Movement"), required=False, choices=[("", _("all kinds")), *MovementKind.choices]
    )
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
