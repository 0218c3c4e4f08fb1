"""The service catalogue is written here and let through in ``review``: drafts, and changes to them.

A version that a reviewer has in hand or that customers are offered is never changed; a new one
takes its place. Cash and sales have no place in a home, whatever a draft says (DOMAIN §4).
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Final

from django.db import IntegrityError
from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from eldercare.locks import service_locked, version_locked
from eldercare.models import Service, ServiceVersion
from eldercare.models.service import Risk
from eldercare.states import ReviewStatus
from foundation.errors import InvalidInput, MoveRefused, NotAllowed
from foundation.locks import locking

CODE: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
IN_WORK: Final = (
    *(ReviewStatus.DRAFT, ReviewStatus.INNER_REVIEW),
    *(ReviewStatus.RECHECK, ReviewStatus.RETURNED),
)
WRITABLE: Final = (ReviewStatus.DRAFT, ReviewStatus.RETURNED)


@dataclass(frozen=True)
class Content:
    """What a version says, as its author writes it."""

    name_zh: str
    name_en: str
    minutes: int
    prepare_zh: str = ""
    prepare_en: str = ""
    steps_zh: str = ""
    steps_en: str = ""
    limits_zh: str = ""
    limits_en: str = ""
    at_home: bool = False
    at_branch: bool = True
    risk: str = Risk.LOW
    moves_cash: bool = False
    sells: bool = False
    must_record: bool = False
    from_age: int | None = None


def draft_service(*, code: str, content: Content, actor: User) -> ServiceVersion:
    """A new service with its first draft.

    Raises:
        InvalidInput: with every field that cannot be used.
        NotAllowed: the role may not write services.
    """
    require(actor, Permission.CHANGE_SERVICE)
    faults = dict(_faults(content))
    if len(code) > 40 or not CODE.fullmatch(code):
        faults["code"] = _("Please use small letters and digits, with hyphens between words.")
    _raise_if(faults)
    try:
        with locking():
            service = Service.objects.create(code=code)
            return _write(ServiceVersion(service=service, number=1, author=actor), content)
    except IntegrityError as error:
        raise InvalidInput(fields={"code": _("There is a service of that code.")}) from error


def draft_version(*, service: Service, content: Content, actor: User) -> ServiceVersion:
    """The next version of a service; what is offered stays offered until this one is approved.

    Raises:
        MoveRefused: another version is being written or reviewed.
        InvalidInput, NotAllowed.
    """
    require(actor, Permission.CHANGE_SERVICE)
    _raise_if(dict(_faults(content)))
    with locking():
        row = service_locked(service.pk)
        if row.versions.filter(status__in=IN_WORK).exists():
            raise MoveRefused(_("A version of this service is being written or reviewed already."))
        last = row.versions.aggregate(last=Max("number"))["last"] or 0
        return _write(ServiceVersion(service=row, number=last + 1, author=actor), content)


def change_draft(*, version: ServiceVersion, content: Content, actor: User) -> ServiceVersion:
    """Write a draft anew, or put a returned version right. Only its author may.

    Raises:
        NotAllowed: somebody else wrote it: who changes it could not review it with fresh eyes.
        MoveRefused: a reviewer has it in hand, or it is offered.
        InvalidInput.
    """
    require(actor, Permission.CHANGE_SERVICE)
    _raise_if(dict(_faults(content)))
    with locking():
        row = version_locked(version.pk)
        if row.author_id != actor.pk:
            raise NotAllowed(_("Only the author changes a draft. Please ask them."))
        if row.status not in WRITABLE:
            raise MoveRefused
        return _write(row, content)


def content_of(version: ServiceVersion) -> Content:
    """What a version says, to begin the next one with."""
    return Content(**{name: getattr(version, name) for name in Content.__dataclass_fields__})


def _write(row: ServiceVersion, content: Content) -> ServiceVersion:
    for name, value in asdict(content).items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    row.save()
    return row


def _faults(content: Content) -> Iterator[tuple[str, Promise]]:
    """Every field that cannot be used, with its sentence."""
    for name in ("name_zh", "name_en"):
        if not 0 < len(getattr(content, name).strip()) <= 60:
            yield name, _("Please give a name of up to 60 characters.")
    if not 5 <= content.minutes <= 240:
        yield "minutes", _("Please give between 5 and 240 minutes.")
    if content.risk not in Risk.values:
        yield "risk", _("Please choose from the list.")
    if content.from_age is not None and not 18 <= content.from_age <= 120:
        yield "from_age", _("Please give an age between 18 and 120.")
    if not content.at_home and not content.at_branch:
        yield "at_branch", _("Please say where it is offered.")
    if content.at_home and content.moves_cash:
        yield "moves_cash", _("No cash changes hands at a home visit.")
    if content.at_home and content.sells:
        yield "sells", _("Nothing is sold at a home visit.")


def _raise_if(faults: dict[str, Promise]) -> None:
    if faults:
        raise InvalidInput(fields=faults)
