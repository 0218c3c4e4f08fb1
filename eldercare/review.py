"""Consumer-protection review: no service reaches a customer before two people have passed it.

``_move`` is the one function that changes the status of a service version.
"""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from eldercare.locks import version_locked
from eldercare.models import ServiceEvent, ServiceVersion
from eldercare.states import REVIEW_MOVES, ReviewStatus
from foundation.errors import DomainError, ErrorCode
from foundation.locks import locking


class SameReviewer(DomainError):
    code = ErrorCode.SAME_REVIEWER
    http_status = 409
    default_message = _(
        "You have had a part in this already. Somebody else has to look at it with fresh eyes."
    )


def submit(*, version: ServiceVersion, actor: User) -> ServiceVersion:
    """Hand a draft (or a returned version, put right) to the department's inner reviewer.

    Raises:
        NotAllowed, MoveRefused.
    """
    require(actor, Permission.CHANGE_SERVICE)
    with locking():
        row = version_locked(version.pk)
        row.inner_reviewer = None
        row.rechecker = None
        _move(row, ReviewStatus.INNER_REVIEW, actor)
    return row


def pass_inner_review(*, version: ServiceVersion, actor: User) -> ServiceVersion:
    """The inner reviewer lets it through to the centre.

    Raises:
        SameReviewer: the author may not review.
        NotAllowed, MoveRefused.
    """
    require(actor, Permission.REVIEW_SERVICE)
    with locking():
        row = version_locked(version.pk)
        if actor.pk == row.author_id:
            raise SameReviewer
        row.inner_reviewer = actor
        _move(row, ReviewStatus.RECHECK, actor)
    return row


def approve(*, version: ServiceVersion, actor: User) -> ServiceVersion:
    """The centre's re-check: from now on customers are offered it, and the old version is retired.

    Raises:
        SameReviewer: the author and the inner reviewer may not re-check.
        NotAllowed, MoveRefused.
    """
    require(actor, Permission.REVIEW_SERVICE)
    with locking():
        row = version_locked(version.pk)
        if actor.pk in (row.author_id, row.inner_reviewer_id):
            raise SameReviewer
        REVIEW_MOVES.check(row.status, ReviewStatus.APPROVED)
        current = ServiceVersion.objects.offered().filter(service=row.service).first()
        if current is not None:
            _move(version_locked(current.pk), ReviewStatus.RETIRED, actor)
        row.rechecker = actor
        _move(row, ReviewStatus.APPROVED, actor)
    return row


def send_back(*, version: ServiceVersion, comments: str, actor: User) -> ServiceVersion:
    """Return it to the author with comments.

    Raises:
        NotAllowed, MoveRefused.
    """
    require(actor, Permission.REVIEW_SERVICE)
    with locking():
        row = version_locked(version.pk)
        _move(row, ReviewStatus.RETURNED, actor, reason=comments)
    return row


def _move(row: ServiceVersion, to: ReviewStatus, actor: User, *, reason: str = "") -> None:
    """Change the status of a row that is locked, save it and put the move on record."""
    before = row.status
    REVIEW_MOVES.check(before, to)
    row.status = to
    row.save()
    ServiceEvent.objects.create(
        version=row, actor=actor, from_status=before, to_status=to, reason=reason.strip()[:300]
    )
