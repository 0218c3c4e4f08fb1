"""Consumer-protection review: no service reaches a customer before two people have passed it.

``_move`` is the one function that changes the status of a service version.
"""

from collections.abc import Callable, Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from eldercare import review_deadlines
from eldercare.locks import version_locked
from eldercare.models import ReviewComment, ServiceEvent, ServiceVersion
from eldercare.models.service import Aspect
from eldercare.states import REVIEW_MOVES, ReviewStatus
from foundation.errors import DomainError, ErrorCode, InvalidInput, MoveRefused
from foundation.locks import locking

# A version's promises that are still to be spoken about. We cannot look upwards for them.
PromisesOf = Callable[[ServiceVersion], list[str]]
Tell = Callable[[ServiceVersion], None]
_sources: Final[dict[PromisesOf, Tell]] = {}


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


def comment(*, version: ServiceVersion, aspect: str, words: str, actor: User) -> ReviewComment:
    """Say something about one aspect, at the stage in which the version is.

    Raises:
        SameReviewer: the author may not, nor the inner reviewer at the re-check.
        InvalidInput: no such aspect, or no words.
        NotAllowed, MoveRefused: it is not under review.
    """
    require(actor, Permission.REVIEW_SERVICE)
    _check_words({aspect: words})
    with locking():
        row = version_locked(version.pk)
        if row.status not in review_deadlines.STAGES:
            raise MoveRefused
        _check_fresh_eyes(row, actor)
        return _say(row, aspect, words, actor)


def send_back(
    *,
    version: ServiceVersion,
    comments: str,
    actor: User,
    by_aspect: Mapping[str, str] | None = None,
) -> ServiceVersion:
    """Return it to the author with comments, for each aspect its own where they are given.

    Raises:
        InvalidInput: no such aspect, or an aspect without words.
        NotAllowed, MoveRefused.
    """
    require(actor, Permission.REVIEW_SERVICE)
    _check_words(by_aspect or {})
    with locking():
        row = version_locked(version.pk)
        REVIEW_MOVES.check(row.status, ReviewStatus.RETURNED)
        for aspect, words in (by_aspect or {}).items():
            _say(row, aspect, words, actor)
        _move(row, ReviewStatus.RETURNED, actor, reason=comments)
    return row


class PromisesStand(DomainError):
    """Somebody who was promised a visit of this version has not been told yet."""

    code = ErrorCode.MOVE_REFUSED
    http_status = 409
    default_message = _("There are visits booked under this version. Tell those customers first.")


def register_promises(source: PromisesOf, *, tell: Tell) -> None:
    """Let a higher room say which promises hang on a version, and write to those who hold them.

    Once, from its ``ready``. ``tell`` queues its messages in our transaction.
    """
    _sources[source] = tell


def untold_promises(version: ServiceVersion) -> list[str]:
    """The subjects (``visit:…``) of what was promised under this version and not yet spoken of."""
    return [subject for source in _sources for subject in source(version)]


def retire(*, version: ServiceVersion, why: str, actor: User, tell: bool = False) -> ServiceVersion:
    """Offer it to nobody any more. Promises stand as they are, and with ``tell`` everybody who
    holds one is written to in the same transaction.

    Raises:
        PromisesStand: there are promises and nobody is to be told; their subjects in its data.
        InvalidInput: no reason.
        NotAllowed, MoveRefused.
    """
    require(actor, Permission.REVIEW_SERVICE)
    if not why.strip():
        raise InvalidInput(fields={"why": _("Please say why.")})
    with locking():
        row = version_locked(version.pk)
        REVIEW_MOVES.check(row.status, ReviewStatus.RETIRED)
        untold = untold_promises(row)
        if untold and not tell:
            raise PromisesStand(data={"subjects": untold})
        for write_to_them in _sources.values():
            write_to_them(row)
        _move(row, ReviewStatus.RETIRED, actor, reason=why)
    return row


def _check_fresh_eyes(row: ServiceVersion, actor: User) -> None:
    if actor.pk in (row.author_id, row.inner_reviewer_id):
        raise SameReviewer


def _check_words(by_aspect: Mapping[str, str]) -> None:
    unknown = sorted(set(by_aspect) - set(Aspect.values))
    if unknown:
        raise InvalidInput(fields=dict.fromkeys(unknown, _("Please choose from the list.")))
    empty = [a for a, words in by_aspect.items() if not words.strip() or len(words) > 500]
    if empty:
        raise InvalidInput(fields=dict.fromkeys(empty, _("Please say it in a few sentences.")))


def _say(row: ServiceVersion, aspect: str, words: str, actor: User) -> ReviewComment:
    return ReviewComment.objects.create(
        version=row, stage=row.status, aspect=aspect, words=words.strip(), reviewer=actor
    )


def _move(row: ServiceVersion, to: ReviewStatus, actor: User, *, reason: str = "") -> None:
    """Change the status of a row that is locked, save it and put the move on record."""
    before = row.status
    REVIEW_MOVES.check(before, to)
    row.status = to
    row.save()
    ServiceEvent.objects.create(
        version=row, actor=actor, from_status=before, to_status=to, reason=reason.strip()[:300]
    )
    review_deadlines.watch_over(row)
