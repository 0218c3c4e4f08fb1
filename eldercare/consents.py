"""Who may act for a customer (代办), since when, for what, and how we know.

Five things make an authorisation (Civil Code art. 165): the agent, the matter, the scope, the
period and the signature, which here is how it was given and where the proof lies. It holds from
the moment it is taken down and ends the moment it is withdrawn (PIPL art. 15).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Actor, Permission, require
from eldercare.locks import consent_locked
from eldercare.models import (
    Consent,
    ConsentEvent,
    Customer,
    Representative,
    Service,
    ServiceVersion,
)
from eldercare.models.consent import ConsentGiven, Relation
from eldercare.papers import keep_paper
from foundation import clock
from foundation.errors import InvalidInput, MoveRefused
from foundation.locks import locking
from foundation.photos import read_photo


@dataclass(frozen=True)
class Authorisation:
    """Matter, scope, period and signature; no services named means every service."""

    matter: str
    given: ConsentGiven
    starts: date
    ends: date
    evidence: str = ""
    services: Sequence[Service] = ()
    # The signed paper as it came from the camera; cleaned and sealed before it is kept.
    paper: bytes | None = None


def add_representative(
    *, customer: Customer, name: str, relation: str, phone: str, actor: User
) -> Representative:
    """Note who may ask, or find them again by their phone. Without a consent they may do nothing.

    Raises:
        NotAllowed: the role may not change customers.
        InvalidInput: a name, a relation or a phone that cannot be used.
    """
    require(actor, Permission.CHANGE_CUSTOMER)
    if not name.strip() or len(name.strip()) > 60:
        raise InvalidInput(fields={"name": _("Please give a name of up to 60 characters.")})
    if relation not in Relation.values:
        raise InvalidInput(fields={"relation": _("Please choose from the list.")})
    row = Representative(customer=customer, name=name.strip(), relation=relation)
    row.set_phone(phone)
    found, _created = Representative.objects.get_or_create(
        customer=customer,
        phone_index=row.phone_index,
        defaults={"name": row.name, "relation": relation, "phone": row.phone},
    )
    return found


def give_consent(
    *, representative: Representative, authorisation: Authorisation, actor: User
) -> Consent:
    """Take an authorisation down; it holds from its first day.

    Raises:
        NotAllowed: the role may not change customers.
        InvalidInput: one of the five things is missing or impossible, or the photo is none.
    """
    require(actor, Permission.CHANGE_CUSTOMER)
    _check(authorisation)
    photo = read_photo(authorisation.paper) if authorisation.paper is not None else None
    with locking():
        consent = Consent.objects.create(
            representative=representative,
            matter=authorisation.matter.strip(),
            all_services=not authorisation.services,
            given=authorisation.given,
            evidence=authorisation.evidence.strip(),
            recorded_by=actor,
            starts=authorisation.starts,
            ends=authorisation.ends,
        )
        consent.services.set(authorisation.services)
        if photo is not None:
            keep_paper(consent=consent, photo=photo)
        ConsentEvent.objects.create(consent=consent, actor=actor, to_status="given")
    return consent


def withdraw_consent(
    *, consent: Consent, why: str, actor: User | None = None, asked_by: str = "staff"
) -> Consent:
    """End it now. Staff on the customer's word, or the customer alone (``asked_by="customer"``).

    Raises:
        NotAllowed: the role may not change customers.
        MoveRefused: it has been withdrawn already.
    """
    if actor is not None:
        require(actor, Permission.CHANGE_CUSTOMER)
    with locking():
        row = consent_locked(consent.pk)
        if row.withdrawn_at is not None:
            raise MoveRefused
        row.withdrawn_at = clock.now()
        row.save(update_fields=["withdrawn_at"])
        ConsentEvent.objects.create(
            consent=row,
            actor=actor,
            actor_kind=asked_by,
            from_status="given",
            to_status="withdrawn",
            reason=why.strip()[:300],
        )
    return row


def may_act(representative: Representative) -> bool:
    """Whether any consent stands today."""
    return Consent.objects.standing().filter(representative=representative).exists()


def may_ask_for(representative: Representative, version: ServiceVersion) -> bool:
    """Whether a consent stands today whose scope holds this service."""
    return (
        Consent.objects.standing()
        .covering(version.service)
        .filter(representative=representative)
        .exists()
    )


def who_may_act_for(customer: Customer) -> QuerySet[Representative]:
    """The representatives of this customer with a consent that stands today."""
    return Representative.objects.filter(
        customer=customer, pk__in=Consent.objects.standing().values("representative")
    )


def consents_in_scope(user: Actor, customer: Customer) -> QuerySet[Consent]:
    """What was ever authorised for this customer, the newest first."""
    return (
        Consent.objects.for_user(user, Permission.VIEW_CUSTOMER)
        .filter(representative__customer=customer)
        .select_related("representative", "recorded_by")
        .prefetch_related("services")
    )


def _check(given: Authorisation) -> None:
    faults = {}
    if not given.matter.strip() or len(given.matter.strip()) > 200:
        faults["matter"] = _("Please say in a few words what may be done.")
    if given.given not in ConsentGiven.values:
        faults["given"] = _("Please choose from the list.")
    elif given.given != ConsentGiven.IN_PERSON and not given.evidence.strip():
        faults["evidence"] = _("Please give the number of the recording or of the signed paper.")
    if len(given.evidence.strip()) > 100:
        faults["evidence"] = _("Please give the number of the recording or of the signed paper.")
    if given.paper is not None and given.given != ConsentGiven.PAPER:
        faults["paper"] = _("A photo belongs to a signed paper. Please choose how it was given.")
    if given.ends < given.starts:
        faults["ends"] = _("It ends before it begins.")
    elif given.ends < clock.today():
        faults["ends"] = _("It is over already.")
    if faults:
        raise InvalidInput(fields=faults)
