"""What expires in all branches of the region."""

from django import forms
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import Permission, may, require
from branches.expiry import Expiry
from branches.models import Branch
from web import columns
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.stock.expiry import page_of_expiry
from web.expiry import ExpiryFilter, calendar_of, expiring_soon
from web.exports import exported
from web.region.frame import show


class RegionExpiryFilter(ExpiryFilter):
    """The same for one branch or for all."""

    branch = forms.ModelChoiceField(
        Branch.objects.none(),
        label=_("Branch"),
        required=False,
        to_field_name="code",
        empty_label=_("all branches"),
    )

    def __init__(self, user: User, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        rows = Branch.objects.for_user(user, Permission.VIEW_BRANCH).filter(is_active=True)
        self.fields["branch"].queryset = rows.order_by("code")  # type: ignore[attr-defined]

    @property
    def wanted_branch(self) -> Branch | None:
        self.full_clean()
        branch: Branch | None = self.cleaned_data.get("branch")
        return branch


@require_safe
@signed_in
def calendar(request: StaffRequest) -> HttpResponseBase:
    """By day, each with its branch."""
    require(request.user, Permission.VIEW_BRANCH)
    wanted = RegionExpiryFilter(request.user, request.GET)
    if "format" in request.GET:
        soon = expiring_soon(request.user, wanted, wanted.wanted_branch)
        file = exported(request, gettext("What expires"), columns.expiring(), soon)
        if file is not None:
            return file
    at_the_desk = may(request.user, Permission.VIEW_ESCORT)

    def page_of(one: Expiry) -> str:
        # Whoever may stand at the branch's desk goes there; a reviewer sees the branch.
        found = page_of_expiry(one.branch, one) if at_the_desk else ""
        return found or reverse("region:branch", args=[one.branch.code])

    context = {
        "calendar": calendar_of(
            request.user,
            wanted,
            page_of=page_of,
            branch=wanted.wanted_branch,
            number=request.GET.get("page"),
        ),
        "filter": wanted,
        "target": reverse("region:expiry"),
        "tab": "expiry",
    }
    return show(request, "expiry", context)
