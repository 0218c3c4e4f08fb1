"""What officers and reviewers may type. Rules live in the domain; this only reads input."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branches.finding import search, with_district, with_sign
from branches.models import Branch
from branches.models.branch import BranchKind
from branches.states import DemonstrationStatus
from eldercare.models.service import Aspect
from web.desk.fields import PhotoField

SORTS = {
    "code": (pgettext_lazy("sort by", "code"), ("code",)),
    "lacking": (pgettext_lazy("sort by", "most lacking"), ("-lacking_count", "code")),
    "faults": (pgettext_lazy("sort by", "most open faults"), ("-fault_count", "code")),
    "staff": (pgettext_lazy("sort by", "fewest staff"), ("staff_count", "code")),
    "district": (pgettext_lazy("sort by", "district"), ("district", "code")),
}


class BranchFilter(forms.Form):
    """Search, filter and order of branches; nonsense in the address filters nothing.

    ``districts`` are those to choose from: of the branches that the reader may see.
    """

    q = forms.CharField(label=_("Search"), max_length=60, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("", _("all kinds")), *BranchKind.choices],
        required=False,
    )
    district = forms.ChoiceField(label=_("District"), required=False)
    sign = forms.ChoiceField(
        label=_("Demonstration sign"),
        choices=[("", _("any")), *DemonstrationStatus.choices],
        required=False,
    )
    only = forms.ChoiceField(
        label=_("Show"),
        choices=[
            ("", _("all branches")),
            ("lacking", _("something is lacking")),
            ("faults", _("open faults")),
        ],
        required=False,
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        choices=[(key, words) for key, (words, _fields) in SORTS.items()],
        required=False,
    )

    def __init__(self, data: QueryDict, districts: Sequence[str]) -> None:
        super().__init__(data)
        field = cast("forms.ChoiceField", self.fields["district"])
        field.choices = [("", _("all districts")), *((name, name) for name in districts)]

    def apply(self, rows: QuerySet[Branch]) -> QuerySet[Branch]:
        """The rows that were asked for, in the order that was asked for."""
        self.full_clean()
        said = self.cleaned_data
        rows = search(with_district(rows), said.get("q", ""))
        if district := said.get("district"):
            rows = rows.filter(Q(("district", district)))
        if sign := said.get("sign"):
            rows = with_sign(rows, sign)
        if kind := said.get("kind"):
            rows = rows.filter(kind=kind)
        if only := said.get("only"):
            wanted = {"lacking": "lacking_count__gt", "faults": "fault_count__gt"}
            rows = rows.filter(**{wanted[only]: 0})
        _words, fields = SORTS[said.get("sort") or "code"]
        return rows.order_by(*fields)


class ReportForm(forms.Form):
    words = forms.CharField(
        label=_("What is wrong"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Please say what is wrong.")},
    )
    photo = PhotoField()


class CommentsForm(forms.Form):
    comments = forms.CharField(
        label=_("What has to change"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Please say what has to change.")},
    )

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        for aspect in Aspect:
            self.fields[aspect.value] = forms.CharField(max_length=500, required=False)


class CommentForm(forms.Form):
    aspect = forms.ChoiceField(
        choices=Aspect, error_messages={"required": _("Please choose from the list.")}
    )
    words = forms.CharField(
        max_length=500, error_messages={"required": _("Please say it in a few sentences.")}
    )
