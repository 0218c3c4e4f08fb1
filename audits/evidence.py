"""Evidence: a photo that is one, or the name of a record that somebody has seen.

Files are written before the transaction that makes their row: a file without a row is litter, a
row without a file would be a lie.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission
from audits.access import require_in
from audits.locks import inspection_locked
from audits.models import ChecklistItem, Evidence, EvidenceForm, Improvement, Inspection
from audits.states import InspectionStatus
from branches.models import Branch
from foundation import clock
from foundation.errors import InvalidInput, MoveRefused, NotAllowed
from foundation.locks import locking
from foundation.photos import read_photo


@dataclass(frozen=True)
class Target:
    """What the evidence is about: an item of an inspection, or an improvement."""

    inspection: Inspection | None = None
    item: ChecklistItem | None = None
    improvement: Improvement | None = None

    @property
    def branch(self) -> Branch:
        if self.improvement is not None:
            return self.improvement.branch
        if self.inspection is None or self.item is None:
            raise ValueError("evidence is of an item of an inspection or of an improvement")
        return self.inspection.branch


def add_photo(
    *,
    client_id: UUID,
    target: Target,
    data: bytes,
    actor: User,
    words: str = "",
    taken_at: datetime | None = None,
    place: tuple[float, float] | None = None,
) -> Evidence:
    """Keep a photo, cleaned of what the phone wrote into it. The same ``client_id`` is the same.

    Raises:
        InvalidInput: not a JPEG or PNG, broken, or too large.
        NotAllowed, MoveRefused: as for the answers it belongs to.
    """
    photo = read_photo(data)
    latitude, longitude = place or (None, None)
    if place and not (-90 <= place[0] <= 90 and -180 <= place[1] <= 180):
        raise InvalidInput(fields={"place": _("This place is not on earth.")})
    row = Evidence(
        client_id=client_id,
        form=EvidenceForm.PHOTO,
        words=words.strip()[:300],
        digest=hashlib.sha256(photo.clean).hexdigest(),
        width=photo.width,
        height=photo.height,
        taken_at=min(taken_at, clock.now()) if taken_at else None,
        latitude=latitude,
        longitude=longitude,
    )
    known = Evidence.objects.filter(client_id=client_id).first()
    if known is not None:
        return _same(known, target)
    _check(target, actor)
    row.file.save("photo.jpg", ContentFile(photo.clean), save=False)
    return _store(row, target, actor)


def add_record(*, client_id: UUID, target: Target, words: str, actor: User) -> Evidence:
    """Name a record that was seen: a ledger and its line, a certificate and its number.

    Raises:
        InvalidInput: no words.
        NotAllowed, MoveRefused: as for :func:`add_photo`.
    """
    if not words.strip():
        raise InvalidInput(fields={"words": _("Please say which record was seen.")})
    known = Evidence.objects.filter(client_id=client_id).first()
    if known is not None:
        return _same(known, target)
    _check(target, actor)
    row = Evidence(client_id=client_id, form=EvidenceForm.RECORD, words=words.strip()[:300])
    return _store(row, target, actor)


def _check(target: Target, actor: User) -> None:
    if target.inspection is not None:
        if target.inspection.inspector_id != actor.pk:
            raise NotAllowed(_("Only this inspection's inspector adds to it."))
        if target.item is None or target.item.version_id != target.inspection.version_id:
            raise InvalidInput(fields={"item": _("This standard has no such item.")})
        return
    fixes = Permission.FIX_FINDING if actor.role in Permission.FIX_FINDING.roles else None
    require_in(actor, fixes or Permission.RECHECK_FINDING, target.branch)


def _store(row: Evidence, target: Target, actor: User) -> Evidence:
    row.branch = target.branch
    row.inspection, row.item = target.inspection, target.item
    row.improvement = target.improvement
    row.added_by = actor
    with locking():
        if target.inspection is not None:
            status = inspection_locked(target.inspection.pk).status
            if status != InspectionStatus.UNDER_WAY:
                raise MoveRefused(_("This inspection is not under way; nothing was added."))
        known = Evidence.objects.filter(client_id=row.client_id).first()
        if known is not None:
            return _same(known, target)
        row.save()
    return row


def _same(known: Evidence, target: Target) -> Evidence:
    ids = (known.inspection_id, known.item_id, known.improvement_id)
    if ids != tuple(
        one.pk if one else None for one in (target.inspection, target.item, target.improvement)
    ):
        raise InvalidInput(fields={"client_id": _("This number belongs to other evidence.")})
    return known
