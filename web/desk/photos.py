"""Photos of a branch, shown to those who may see them."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from web.desk.access import get_branch_or_404, get_photo_or_404
from web.desk.signed_in import StaffRequest, signed_in

# What an address shows never changes; a shift is long enough for a tablet to remember it.
KEPT_SECONDS = 60 * 60


@require_safe
@signed_in
def photo(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """One photo: never guessed at by a browser, and kept by nobody between it and us."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_BRANCH)
    row = get_photo_or_404(request.user, branch, public_id)
    with row.file.open() as kept:
        answer = HttpResponse(kept.read(), content_type="image/jpeg")
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    patch_cache_control(answer, private=True, max_age=KEPT_SECONDS, immutable=True)
    return answer
