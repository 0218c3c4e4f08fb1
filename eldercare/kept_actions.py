"""What a tablet kept while the network was gone, taken in once, in order, at its true time.

Nothing silently wins: what no longer fits (somebody else took her meanwhile) changes nothing and
stays on record as a conflict until a person has settled it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from branches.models import Branch, Staff
from eldercare import escort_record, escorts
from eldercare.locks import kept_action_locked
from eldercare.models import Customer, Escort, KeptAction
from eldercare.models.kept import KeptKind, KeptOutcome
from eldercare.queries import services_at_branch
from eldercare.states import EscortStatus
from foundation import clock
from foundation.errors import DomainError, InvalidInput, MoveRefused
from foundation.locks import locking, sharing

# A tablet that was forgotten in a drawer for longer tells of another day.
AT_MOST_OLD = timedelta(hours=24)


@dataclass(frozen=True)
class Kept:
    """One line as the tablet sends it.

    ``escort`` is the public id of somebody on the board, or the ``key`` of an arrival that was
    kept too. ``at`` and ``sent_at`` are both by the tablet's clock, whatever it shows: only their
    distance counts.
    """

    key: UUID
    kind: KeptKind
    at: datetime
    sent_at: datetime
    escort: UUID | None = None
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        return str(self.said.get("nickname") or self.said.get("words") or "")[:300]


def take_in(*, kept: Kept, branch: Branch, actor: User) -> KeptAction:
    """Do what was kept, once; a refusal is stored as a conflict and changes nothing else.

    The same key again gives what became of it the first time.
    """
    happened_at = clock.by_other_clock(kept.at, kept.sent_at)
    with sharing():
        row, created = KeptAction.objects.get_or_create(
            key=kept.key,
            defaults={
                "branch": branch,
                "actor": actor,
                "kind": kept.kind,
                "said": kept.words,
                "happened_at": happened_at,
                "outcome": KeptOutcome.DONE,
            },
        )
        if created:
            _try(row, kept)
    return row


def settle(*, row: KeptAction, actor: User) -> KeptAction:
    """A person has seen to it; who did is on record.

    Raises:
        MoveRefused: there is nothing to settle, or somebody has settled it.
    """
    with locking():
        fresh = kept_action_locked(row.pk)
        if fresh.outcome != KeptOutcome.CONFLICT:
            raise MoveRefused
        fresh.outcome, fresh.settled_by = KeptOutcome.SETTLED, actor
        fresh.save(update_fields=["outcome", "settled_by"])
    return fresh


def _try(row: KeptAction, kept: Kept) -> None:
    try:
        with transaction.atomic():
            if row.happened_at < clock.now() - AT_MOST_OLD:
                raise InvalidInput(_("This was kept too long ago. Please look at it together."))
            row.escort = _escort_of(row, kept)
            row.escort = _DO[KeptKind(row.kind)](row, kept)
    except DomainError as error:
        row.outcome, row.code = KeptOutcome.CONFLICT, error.code.value
    row.save()


def _escort_of(row: KeptAction, kept: Kept) -> Escort | None:
    if kept.escort is None:
        return None
    here = Escort.objects.filter(branch=row.branch)
    found = here.filter(public_id=kept.escort).first()
    return found or here.filter(client_key=str(kept.escort)).first()


def _known(row: KeptAction) -> Escort:
    if row.escort is None:
        raise InvalidInput(_("Nobody like this is known here. Please look at it together."))
    return row.escort


def _arrive(row: KeptAction, kept: Kept) -> Escort:
    version = services_at_branch().filter(pk=_number(kept, "service")).first()
    if version is None:
        raise InvalidInput(_("This business is not offered any more."))
    return escorts.log_arrival(
        client_key=str(kept.key),
        branch=row.branch,
        service_version=version,
        actor=row.actor,
        customer=_customer(row, kept),
        nickname=str(kept.said.get("nickname", "")),
        needs=[str(need) for need in kept.said.get("needs", [])],
        wanted_skills=[str(skill) for skill in kept.said.get("wanted_skills", [])],
        at=row.happened_at,
    )


def _take(row: KeptAction, kept: Kept) -> Escort:
    escort = _known(row)
    who = _number(kept, "assistant")
    person = Staff.objects.filter(branch=row.branch, pk=who).first()
    if person is None:
        raise InvalidInput(_("This colleague does not work here any more."))
    if escort.status == EscortStatus.ACCOMPANIED and escort.assistant_id == person.pk:
        return escort
    return escorts.take(escort=escort, assistant=person, actor=row.actor, at=row.happened_at)


def _tick(row: KeptAction, kept: Kept) -> Escort:
    escort = _known(row)
    escort_record.tick(
        escort=escort, number=_number(kept, "number"), actor=row.actor, at=row.happened_at
    )
    return escort


def _finish(row: KeptAction, kept: Kept) -> Escort:
    escort, words = _known(row), str(kept.said.get("words", ""))
    if escort.status == EscortStatus.DONE and escort.outcome == words.strip()[:300]:
        # The answer was lost on its way back to the tablet, and not the line.
        return escort
    return escorts.finish(
        escort=escort,
        outcome=words,
        kit_given=bool(kept.said.get("kit_given", False)),
        device_taught=bool(kept.said.get("device_taught", False)),
        remark=str(kept.said.get("remark", "")),
        actor=row.actor,
        at=row.happened_at,
    )


def _leave(row: KeptAction, kept: Kept) -> Escort:
    escort, reason = _known(row), str(kept.said.get("words", ""))
    if escort.status == EscortStatus.LEFT:
        return escort
    return escorts.leave(escort=escort, reason=reason, actor=row.actor, at=row.happened_at)


_DO = {
    KeptKind.ARRIVE: _arrive,
    KeptKind.TAKE: _take,
    KeptKind.TICK: _tick,
    KeptKind.FINISH: _finish,
    KeptKind.LEAVE: _leave,
}


def _number(kept: Kept, name: str) -> int:
    try:
        return int(kept.said.get(name, 0))
    except (TypeError, ValueError):
        return 0


def _customer(row: KeptAction, kept: Kept) -> Customer | None:
    public_id = kept.said.get("customer")
    if not public_id:
        return None
    try:
        return Customer.objects.filter(
            branch__region=row.branch.region, public_id=public_id
        ).first()
    except ValidationError:
        return None
