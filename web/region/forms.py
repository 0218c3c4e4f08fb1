"""What officers and reviewers may type. Rules live in the domain; this only reads input."""

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branches.models import Branch
from branches.models.branch import BranchKind
from web.desk.fields import PhotoField

SORTS = {
    "code": (pgettext_lazy("sort by", "code"), ("code",)),
    "lacking": (pgettext_lazy("sort by", "most lacking"), ("-lacking_count", "code")),
    "faults": (pgettext_lazy("sort by", "most open faults"), ("-fault_count", "code")),
    "staff": (pgettext_lazy("sort by", "fewest staff"), ("staff_count", "code")),
}


class BranchFilter(forms.Form):
    """Search, filter and order of the branch table; nonsense in the address filters nothing."""

    q = forms.CharField(label=_("Search"), max_length=60, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("", _("all kinds")), *BranchKind.choices],
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

    def apply(self, rows: QuerySet[Branch]) -> QuerySet[Branch]:
        """The rows that were asked for, in the order that was asked for."""
        self.full_clean()
        said = self.cleaned_data
        if words := said.get("q", "").strip():
            rows = rows.filter(
                Q(code__icontains=words)
                | Q(name_zh__icontains=words)
                | Q(name_en__icontains=words)
                | Q(address__icontains=words)
            )
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
