"""Improvements as a list: what is overdue first, by filters that stand in the address."""

from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, may, require
from audits.queries import improvements_of, overdue_by_age, to_suspend
from web.desk.signed_in import StaffRequest, signed_in
from web.exports import Out, exported
from web.region.audits.frame import show_part
from web.region.improvements.forms import FilterForm
from web.region.improvements.words import Line

ON_A_PAGE = 40


@require_safe
@signed_in
def improvements(request: StaffRequest) -> HttpResponseBase:
    """Open improvements by deadline; as a file with the same filters."""
    require(request.user, Permission.VIEW_AUDIT)
    wanted = FilterForm(request.GET)
    rows = wanted.apply(improvements_of(request.user))
    file = exported(request, _("Improvements"), _columns(), rows)
    if file is not None:
        return file
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "wanted": wanted,
        "page": page,
        "lines": [Line(row) for row in page.object_list],
        "ages": [age for age in overdue_by_age(request.user) if age.number],
        "to_suspend": to_suspend(request.user) if _decides(request) else [],
        "may_complain": may(request.user, Permission.RAISE_FINDING),
    }
    return show_part(request, "improving/list", context, part="improvements")


def _decides(request: StaffRequest) -> bool:
    return may(request.user, Permission.SUSPEND_BRANCH)


def _columns() -> list[Out]:
    return [
        Out(_("Branch"), "branch.name"),
        Out(_("Code"), "branch.code"),
        Out(_("Item"), "item_code"),
        Out(_("What is wrong"), "finding.words"),
        Out(_("Severity"), "finding.get_severity_display"),
        Out(_("Must-have"), lambda row: _("yes") if row.finding.must_have else ""),
        Out(_("From"), "finding.get_source_display"),
        Out(_("Found"), "finding.found_on"),
        Out(_("Deadline"), "deadline"),
        Out(_("Status"), "get_status_display"),
        Out(_("Owner"), "owner.full_name"),
        Out(_("Sent back"), "failed_rechecks"),
    ]
