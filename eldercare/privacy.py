"""What we hold on a customer, handed out or taken away (PIPL art. 45 to 47).

Every room adds its own part by ``register_part``; this one cannot look upwards. A copy is on
record like any reading in full. Erasing blanks what names a person and keeps what happened: counts,
routes and reviews stay true about "customer 123".
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from eldercare.locks import customers_locked
from eldercare.merging import history_of, survivor_of
from eldercare.models import (
    Consent,
    ConsentEvent,
    ConsentPaper,
    Customer,
    CustomerEvent,
    ErasureRequest,
    Escort,
    EscortEvent,
    IdentityCheck,
    KeptAction,
    Representative,
    Reveal,
    SignInCode,
)
from eldercare.models.reveal import Revealed
from eldercare.states import EscortStatus
from foundation import clock
from foundation.encryption import blind_index
from foundation.errors import DomainError, ErrorCode, InvalidInput
from foundation.locks import locking
from workflow.models import DemoDelivery, Message
from workflow.states import MessageStatus

ROOM: Final = "eldercare"
IDENTITY_KEPT: Final = timedelta(days=3653)

# What one room holds on a customer, ready for JSON; and what still needs their name.
Part = Callable[[Customer], Any]
StillNeeded = Callable[[Customer], bool]
# Blanks what a room keeps in its own words about this customer; inside our transaction.
Blank = Callable[[Customer], None]

_parts: Final[dict[str, Part]] = {}
_needs: Final[dict[str, StillNeeded]] = {}
_blanks: Final[dict[str, Blank]] = {}


class StillPromised(DomainError):
    """Somebody is on the way to them, or will be."""

    code = ErrorCode.MOVE_REFUSED
    http_status = 409
    default_message = _("There are bookings still to come. Please cancel them first.")


def register_part(
    room: str,
    part: Part,
    *,
    still_needed: StillNeeded | None = None,
    blank: Blank | None = None,
) -> None:
    """Let a room add what it holds, say no while it needs a name, and blank its own words."""
    _parts[room] = part
    if still_needed is not None:
        _needs[room] = still_needed
    if blank is not None:
        _blanks[room] = blank


def export_customer(*, customer: Customer, why: str, actor: User) -> dict[str, Any]:
    """Everything that is held, in full, ready for JSON; the reading is on record first.

    Raises:
        NotAllowed: the role may not hand out what is held.
        InvalidInput: no reason.
    """
    require(actor, Permission.EXPORT_CUSTOMER)
    if not why.strip():
        raise InvalidInput(fields={"why": _("Please say why.")})
    with transaction.atomic():
        Reveal.objects.create(
            customer=customer, what=Revealed.EVERYTHING, why=why.strip()[:200], actor=actor
        )
        CustomerEvent.objects.create(
            customer=customer, actor=actor, to_status="exported", reason=why.strip()[:300]
        )
        return held_on(customer)


def held_on(customer: Customer) -> dict[str, Any]:
    """What is held on this person, under rows that were merged too. Reads in full: record it."""
    rows = history_of(customer)
    return {
        "made_at": clock.now().isoformat(),
        "records": [_own_part(row) for row in rows],
        **{room: [part(row) for row in rows] for room, part in sorted(_parts.items())},
    }


def erase_customer(
    *, customer: Customer, why: str, actor: User | None = None, asked_by: str = "staff"
) -> Customer:
    """Blank names, phones, addresses, places and notes, of merged rows too; keep what happened.

    Raises:
        NotAllowed: the role may not decide it; on the pages a second person does (``erasure``).
        StillPromised: a room still needs the name; nothing is changed.
        InvalidInput: no reason.
    """
    if actor is not None:
        require(actor, Permission.ERASE_CUSTOMER)
    if not why.strip():
        raise InvalidInput(fields={"why": _("Please say why.")})
    with locking():
        rows = customers_locked([row.pk for row in history_of(survivor_of(customer))])
        needed = [r for r, needs in _needs.items() if any(map(needs, rows.values()))]
        needed += [ROOM] if any(map(_still_served, rows.values())) else []
        if needed:
            raise StillPromised(data={"rooms": needed})
        _allow_erasure()
        for row in rows.values():
            if row.erased_at is None:
                _erase(row, why.strip(), actor, asked_by)
    return rows[customer.pk]


def _erase(row: Customer, why: str, actor: User | None, asked_by: str) -> None:
    for person in (row, *row.representatives.all()):
        _blank_messages(person)
    for representative in row.representatives.all():
        _blank_person(representative)
        representative.save()
    _end_consents(row)
    # Records of identity stay for ten years, stored and not used (反洗钱法 art. 34; PIPL art. 47).
    IdentityCheck.objects.filter(customer=row, at__lt=clock.now() - IDENTITY_KEPT).update(
        last4="0000"
    )
    row.eligibility_decisions.update(facts={})
    _blank_words(row)
    for blank in _blanks.values():
        blank(row)
    _blank_person(row)
    row.phone_last4 = ""
    row.preferred_name = row.address = row.note = ""
    row.latitude = row.longitude = row.birth_date = row.preferred_staff = None
    row.needs, row.circumstances = [], []
    # A decade is enough for figures, and tells nobody from a namesake.
    row.birth_year = row.birth_year // 10 * 10
    row.erased_at = clock.now()
    row.save()
    CustomerEvent.objects.create(
        customer=row, actor=actor, actor_kind=asked_by, to_status="erased", reason=why[:300]
    )


def _still_served(row: Customer) -> bool:
    """Whether an escort is booked or under way: whoever comes must be known by name."""
    alive = (EscortStatus.BOOKED, EscortStatus.WAITING, EscortStatus.ACCOMPANIED)
    return row.escorts.filter(status__in=alive).exists()


def _end_consents(row: Customer) -> None:
    """Nobody acts for somebody who is forgotten; that it ended now is on record."""
    consents = Consent.objects.filter(representative__customer=row)
    ConsentEvent.objects.filter(consent__in=consents).update(reason="")
    standing = consents.filter(withdrawn_at__isnull=True)
    ConsentEvent.objects.bulk_create(
        ConsentEvent(
            consent=consent, actor_kind="system", from_status="given", to_status="withdrawn"
        )
        for consent in standing
    )
    standing.update(withdrawn_at=clock.now())
    consents.update(matter="***")
    ConsentPaper.objects.filter(consent__in=consents).delete()


def _blank_words(row: Customer) -> None:
    """What people wrote in their own words about this person, in this room and in the admin's."""
    row.reveals.update(why="***")
    EscortEvent.objects.filter(escort__customer=row).update(reason="")
    KeptAction.objects.filter(escort__customer=row).update(said="")
    row.escorts.update(nickname="", outcome="", remark="", needs=[], wanted_skills=[])
    CustomerEvent.objects.filter(customer=row).update(reason="", snapshot={})
    LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Customer), object_id=str(row.pk)
    ).update(object_repr=f"#{row.pk}")


def _blank_person(row: Customer | Representative) -> None:
    """A pseudonym that is nobody's name, and no phone that could be found or rung."""
    row.name = f"#{row.pk}"
    row.phone = ""
    row.phone_index = blind_index(f"erased:{type(row).__name__}:{row.pk}")


def _is_shared(person: Customer | Representative) -> bool:
    """Whether somebody else has this phone too: what was sent to it may be theirs."""
    same = {"phone_index": person.phone_index}
    customers = Customer.objects.current().filter(**same)
    if isinstance(person, Customer):
        return customers.exclude(pk=person.pk).exists()
    family = Representative.objects.filter(**same).exclude(customer=person.customer_id)
    return customers.exists() or family.exists()


def _blank_messages(person: Customer | Representative) -> None:
    """What was sent to this phone and has ended; a phone that somebody else has too is left."""
    if not person.phone or _is_shared(person):
        return
    index = person.phone_index
    ended = [MessageStatus.DELIVERED, MessageStatus.FAILED]
    Message.objects.filter(to_index=index, status__in=ended).update(
        to="", body="", facts="", to_index=""
    )
    DemoDelivery.objects.filter(to_index=index).delete()
    SignInCode.objects.filter(phone_index=index).delete()


def _messages_to(row: Customer) -> list[dict[str, str]]:
    """The texts that were sent to this phone, unless it is somebody else's too."""
    if not row.phone or _is_shared(row):
        return []
    return [
        {"kind": one.kind, "text": one.body, "status": one.status, "at": _iso(one.queued_at)}
        for one in Message.objects.filter(to_index=row.phone_index)
    ]


def _escort(row: Escort) -> dict[str, Any]:
    return {
        "status": row.status,
        "branch": row.branch.code,
        "service": row.service_version.service.code,
        "arrived_at": _iso(row.arrived_at),
        "nickname": row.nickname,
        "needs": row.needs,
        "wanted_skills": row.wanted_skills,
        "outcome": row.outcome,
        "remark": row.remark,
        "how_it_was": row.how_it_was,
        "events": [
            {"to": one.to_status, "why": one.reason, "at": _iso(one.at)} for one in row.events.all()
        ],
    }


def _allow_erasure() -> None:
    """For this transaction only, guarded tables may change (foundation/append_only.py)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('nuanban.erasure', 'on', true)")


def _own_part(row: Customer) -> dict[str, Any]:
    plain = ("name", "preferred_name", "birth_year", "phone", "address", "latitude", "longitude")
    lists = ("needs", "circumstances", "contact_by", "note")
    return {
        "id": str(row.public_id),
        **{name: getattr(row, name) for name in (*plain, *lists)},
        "birth_date": row.birth_date.isoformat() if row.birth_date else None,
        "registered_at": row.created_at.isoformat(),
        "representatives": [_representative(one) for one in row.representatives.all()],
        "identity_checks": [
            {"document": one.document, "how": one.how, "last4": one.last4, "at": _iso(one.at)}
            for one in IdentityCheck.objects.filter(customer=row)
        ],
        "decisions": [
            {"outcome": one.outcome, "rules": one.rules, "facts": one.facts, "at": _iso(one.at)}
            for one in row.eligibility_decisions.all()
        ],
        "escorts": [
            _escort(one) for one in row.escorts.select_related("branch", "service_version__service")
        ],
        "messages": _messages_to(row),
        "erasure_requests": [
            {"status": one.status, "why": one.why, "at": _iso(one.asked_at)}
            for one in ErasureRequest.objects.filter(customer=row)
        ],
        "read_by": [
            {"what": one.what, "why": one.why, "at": _iso(one.at)} for one in row.reveals.all()
        ],
        "events": [
            {"what": one.to_status, "why": one.reason, "at": _iso(one.at)}
            for one in CustomerEvent.objects.filter(customer=row)
        ],
    }


def _representative(row: Representative) -> dict[str, Any]:
    return {
        "name": row.name,
        "relation": row.relation,
        "phone": row.phone,
        "consents": [
            {
                "matter": one.matter,
                "given": one.given,
                "evidence": one.evidence,
                "from": one.starts.isoformat(),
                "until": one.ends.isoformat(),
                "withdrawn_at": _iso(one.withdrawn_at) if one.withdrawn_at else None,
                "photo_of_paper": hasattr(one, "paper"),
            }
            for one in row.consents.select_related("paper").defer("paper__picture")
        ],
    }


def _iso(moment: Any) -> str:
    return str(moment.isoformat())
