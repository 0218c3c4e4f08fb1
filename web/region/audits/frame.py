"""What surrounds the pages about audits: the region's tabs, and the parts beside each other."""

from typing import Any

from django.http import HttpResponse
from django.templatetags.static import static

from accounts.permissions import Permission, may
from foundation.errors import DomainError
from web.desk.signed_in import StaffRequest
from web.region.frame import show

# The modules that the kept page is made of: browsers do not say which a script imports.
PARTS = (
    *("kept/doors.js", "kept/forms.js", "kept/send.js", "kept/shell.js", "kept/store.js"),
    *("inspect/kept.js", "inspect/photo.js", "inspect/fill.js"),
)


def show_part(
    request: StaffRequest,
    template: str,
    context: dict[str, Any],
    *,
    part: str,
    error: DomainError | None = None,
    status: int | None = None,
) -> HttpResponse:
    """One page about audits. With an ``error`` it says the rule's words, with its status."""
    may_plan = may(request.user, Permission.PLAN_INSPECTION)
    frame = {"tab": "audits", "part": part, "may_plan": may_plan}
    answer = show(request, f"audits/{template}", frame | context, error=error)
    if status is not None:
        answer.status_code = status
    return answer


def parts() -> str:
    """The addresses of the kept page's modules, for a page to store."""
    folder = static("web/js/kept/store.js").rpartition("kept/")[0]
    return " ".join(folder + part for part in PARTS)
