"""Consumer-protection review: what waits, one version with its history, passed or sent back."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, may, require
from eldercare import review
from eldercare.models import ServiceVersion
from eldercare.queries import service_versions
from eldercare.states import ReviewStatus
from foundation.errors import DomainError, MoveRefused
from web.desk.forms import cleaned
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.words import history
from web.region.access import get_version_or_404
from web.region.forms import CommentsForm
from web.region.frame import show, to

R = ReviewStatus
TONES = {R.INNER_REVIEW: "wait", R.RECHECK: "wait", R.APPROVED: "ok", R.RETURNED: "bad"}


@require_safe
@signed_in
def listing(request: StaffRequest) -> HttpResponse:
    """The catalogue; what waits for a reviewer stands first."""
    require(request.user, Permission.VIEW_SERVICE)
    rows = [
        (version, TONES.get(R(version.status), "")) for version in service_versions(request.user)
    ]
    return show(request, "reviews", {"versions": rows, "tab": "reviews"})


@require_safe
@signed_in
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One version: what customers would read, and who has had a part in it."""
    return _page(request, get_version_or_404(request.user, pk))


@require_POST
@signed_in
def submit(request: StaffRequest, pk: int) -> HttpResponse:
    """The author hands it to the inner reviewer."""

    def act(version: ServiceVersion) -> ServiceVersion:
        return review.submit(version=version, actor=request.user)

    return _do(request, pk, Permission.CHANGE_SERVICE, R.INNER_REVIEW, act)


@require_POST
@signed_in
def pass_on(request: StaffRequest, pk: int) -> HttpResponse:
    """The inner reviewer lets it through to the re-check."""

    def act(version: ServiceVersion) -> ServiceVersion:
        return review.pass_inner_review(version=version, actor=request.user)

    return _do(request, pk, Permission.REVIEW_SERVICE, R.RECHECK, act)


@require_POST
@signed_in
def approve(request: StaffRequest, pk: int) -> HttpResponse:
    """The centre's re-check: customers are offered it from now on."""

    def act(version: ServiceVersion) -> ServiceVersion:
        return review.approve(version=version, actor=request.user)

    return _do(request, pk, Permission.REVIEW_SERVICE, R.APPROVED, act)


@require_POST
@signed_in
def send_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Back to the author, with what has to change."""

    def act(version: ServiceVersion) -> ServiceVersion:
        comments = cleaned(CommentsForm(request.POST))["comments"]
        return review.send_back(version=version, comments=comments, actor=request.user)

    return _do(request, pk, Permission.REVIEW_SERVICE, R.RETURNED, act)


def _do(
    request: StaffRequest,
    pk: int,
    permission: Permission,
    goal: ReviewStatus,
    act: Callable[[ServiceVersion], ServiceVersion],
) -> HttpResponse:
    version = get_version_or_404(request.user, pk, permission)
    try:
        act(version)
    except DomainError as error:
        # A second tap finds what the first one did: nothing to be sorry about.
        if not (isinstance(error, MoveRefused) and version.status == goal):
            return _page(request, get_version_or_404(request.user, pk), error=error)
    messages.success(
        request, _("%(service)s: %(status)s.") % {"service": version.name, "status": goal.label}
    )
    return to("reviews")


def _page(
    request: StaffRequest, version: ServiceVersion, *, error: DomainError | None = None
) -> HttpResponse:
    context = {
        "version": version,
        "tone": TONES.get(R(version.status), ""),
        "events": history(version.events.select_related("actor"), ReviewStatus),
        "may_review": may(request.user, Permission.REVIEW_SERVICE),
        "may_submit": may(request.user, Permission.CHANGE_SERVICE),
        "typed": request.POST,
        "tab": "reviews",
    }
    return show(request, "review", context, error=error)
