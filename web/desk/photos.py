"""Photos of a branch, shown to those who may see them."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from web.desk.access import get_branch_or_404, get_photo_or_404
from web.desk.signed_in import StaffRequest, signed_in
from web.photos import as_picture


@require_safe
@signed_in
def photo(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """One photo of the branch."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_BRANCH)
    return as_picture(get_photo_or_404(request.user, branch, public_id))
