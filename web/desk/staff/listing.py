"""The people of a branch: searched, filtered, and somebody new."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, may
from branches import people
from branches.validity import lapsed_trainings, staff_of, validity
from foundation import clock
from foundation.errors import DomainError
from web.desk.access import get_branch_or_404
from web.desk.frame import show, to
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.staff.forms import PeopleFilter, PersonForm
from web.exports import Out, exported
from web.refusals import show_refusal

ON_A_PAGE = 50
COLUMNS = (
    Out(gettext_lazy("Badge"), "badge"),
    Out(gettext_lazy("Name"), "name"),
    Out(gettext_lazy("valid until"), "badge_valid_until"),
)


@require_safe
@signed_in
def listing(request: StaffRequest, code: str) -> HttpResponseBase:
    """Who works here, or has."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_STAFF)
    wanted = PeopleFilter(request.GET)
    rows = wanted.apply(staff_of(request.user, branch))
    if download := exported(request, _("Staff"), COLUMNS, rows):
        return download
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    today = clock.today()
    context = {
        "filter": wanted,
        "page": page,
        "people": [
            (one, validity(one.badge_valid_until, today), lapsed_trainings(one, today))
            for one in page
        ],
        "may_change": may(request.user, Permission.CHANGE_ROSTER),
        "tab": "faults",
        "part": "staff",
    }
    return show(request, branch, "staff/listing", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: StaffRequest, code: str) -> HttpResponse:
    """Somebody begins to work here."""
    branch = get_branch_or_404(request.user, code, Permission.CHANGE_ROSTER)
    form = PersonForm(request.POST or None)
    status = 400 if form.is_bound else 200
    if form.is_valid():
        try:
            person = people.engage(branch=branch, who=form.particulars(), actor=request.user)
            messages.success(request, _("%(name)s works here now.") % {"name": person.name})
            return to("person", branch, person.pk)
        except DomainError as error:
            status = show_refusal(form, error)
    context = {"form": form, "tab": "faults", "part": "staff"}
    return show(request, branch, "staff/new", context, status=status)
