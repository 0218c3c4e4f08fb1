"""Whom a change of duty would let down: promises are listed before anything is changed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from branches.locks import staff_locked
from branches.models import Commitment, CommitmentKind, Staff
from branches.queries import Duty
from foundation import clock
from foundation.errors import DomainError, ErrorCode


class BreaksPromises(DomainError):
    """Somebody counts on this person then. ``promises`` says who must be spoken with first."""

    code = ErrorCode.STAFF_BUSY
    http_status = 409
    default_message = _("Customers count on this. Give each promise to a colleague or move it.")

    def __init__(self, promises: Sequence[Commitment]) -> None:
        self.promises = list(promises)
        super().__init__(
            data={
                "promises": [
                    {"id": row.pk, "kind": row.kind, "from": row.span.lower.isoformat()}
                    for row in self.promises
                ]
            }
        )


@contextmanager
def promises_kept(people: Sequence[Staff], first: date, last: date) -> Iterator[None]:
    """Lock people, let their duty change, and refuse if a promise has fallen out of it.

    A promise that lay outside already stops nobody.

    Raises:
        BreaksPromises: the caller's transaction must not be committed then.
    """
    staff_locked([person.pk for person in people])
    before = {row.pk for row in _outside(people, first, last)}
    yield
    fallen = [row for row in _outside(people, first, last) if row.pk not in before]
    if fallen:
        raise BreaksPromises(fallen)


def promised_by(people: Sequence[Staff]) -> QuerySet[Commitment]:
    """What binds these people from now on, besides leave and what merely is held, in order."""
    return (
        Commitment.objects.live()
        .filter(staff__in=[person.pk for person in people], span__endswith__gt=clock.now())
        .exclude(kind__in=[CommitmentKind.LEAVE, CommitmentKind.HOLD])
        .order_by("staff", "span")
    )


def _outside(people: Sequence[Staff], first: date, last: date) -> list[Commitment]:
    """What is promised on these days although its person is not on duty then."""
    duty, by_pk = Duty(people, first, last), {person.pk: person for person in people}
    found = []
    for row in promised_by(people):
        day = timezone.localdate(row.span.lower)
        if not first <= day <= last:
            continue
        span = duty.span(by_pk[row.staff_id], day)
        if span is None or row.span.lower < span[0] or row.span.upper > span[1]:
            found.append(row)
    return found
