"""The branches on a map, and beside it as a list: the same rows, so that neither says more."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, require
from branches.finding import districts
from branches.models import Branch
from branches.queries import branch_list
from web.desk.signed_in import StaffRequest, signed_in
from web.region.forms import BranchFilter
from web.region.frame import show

WORDS = {
    "good": gettext_lazy("all as promised"),
    "lacking": gettext_lazy("something is lacking"),
    "fault": gettext_lazy("open faults"),
}


@dataclass(frozen=True)
class Mark:
    """One branch on the map: its sign has a shape and a word."""

    branch: Branch
    kind: str

    @property
    def words(self) -> str:
        return _("%(branch)s: %(state)s") % {"branch": self.branch, "state": WORDS[self.kind]}

    @property
    def state(self) -> str:
        return str(WORDS[self.kind])


def mark(branch: Branch) -> Mark:
    """How a branch of the list stands, the worst first."""
    if getattr(branch, "fault_count", 0):
        return Mark(branch, "fault")
    return Mark(branch, "lacking" if getattr(branch, "lacking_count", 0) else "good")


@require_safe
@signed_in
def page(request: StaffRequest) -> HttpResponse:
    """The map, with the search, filter and order of the branch table."""
    require(request.user, Permission.VIEW_BRANCH)
    everything = branch_list(request.user)
    wanted = BranchFilter(request.GET, districts(everything))
    context = {
        "filter": wanted,
        "marks": [mark(branch) for branch in wanted.apply(everything)],
        "legend": WORDS.items(),
        "tab": "map",
    }
    return show(request, "map", context)
