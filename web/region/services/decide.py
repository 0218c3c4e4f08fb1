"""Consumer-protection review: one version with its history, spoken of, passed or sent back."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, may
from eldercare import review
from eldercare.catalogue import WRITABLE
from eldercare.models import ReviewComment, ServiceVersion
from eldercare.models.service import Aspect
from eldercare.review_figures import previous
from eldercare.states import ReviewStatus
from foundation.errors import DomainError, MoveRefused
from web.desk.forms import cleaned
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.words import history
from web.region.access import get_version_or_404
from web.region.forms import CommentForm, CommentsForm
from web.region.frame import show, to
from web.region.services.catalogue import TONES

R = ReviewStatus


@dataclass(frozen=True)
class AspectLine:
    """One aspect of the checklist: what was said about it so far, and what is typed now."""

    code: str
    words: str
    said: list[ReviewComment]
    typed: str


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
        said = cleaned(CommentsForm(request.POST))
        comments = said.pop("comments")
        by_aspect = {aspect: words for aspect, words in said.items() if words}
        return review.send_back(
            version=version, comments=comments, by_aspect=by_aspect, actor=request.user
        )

    return _do(request, pk, Permission.REVIEW_SERVICE, R.RETURNED, act)


@require_POST
@signed_in
def comment(request: StaffRequest, pk: int) -> HttpResponse:
    """A word about one aspect; the version stays where it is."""
    version = get_version_or_404(request.user, pk, Permission.REVIEW_SERVICE)
    try:
        review.comment(version=version, actor=request.user, **cleaned(CommentForm(request.POST)))
    except DomainError as error:
        return _page(request, get_version_or_404(request.user, pk), error=error)
    messages.success(request, _("Written down. Thank you."))
    return to("review", pk)


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
        "aspects": _aspects(request, version),
        "has_before": previous(version) is not None,
        "may_review": may(request.user, Permission.REVIEW_SERVICE),
        "may_submit": may(request.user, Permission.CHANGE_SERVICE),
        "may_edit": version.author_id == request.user.pk and version.status in WRITABLE,
        "typed": request.POST,
        "tab": "reviews",
    }
    return show(request, "services/version", context, error=error)


def _aspects(request: StaffRequest, version: ServiceVersion) -> list[AspectLine]:
    """Each aspect of the checklist with what has been said about it, and what is being typed."""
    said = list(version.comments.select_related("reviewer"))
    return [
        AspectLine(
            aspect.value,
            str(aspect.label),
            [one for one in said if one.aspect == aspect],
            request.POST.get(aspect.value, ""),
        )
        for aspect in Aspect
    ]
