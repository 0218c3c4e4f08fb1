"""What this room, and the messages below it, hold on a customer: how it is read and erased.

What is left after erasure is the ledger: when somebody was served, with which service, by whom of
us. Identity checks and authorisations stay for ten years (反洗钱法 art. 34) and serve nothing else.
"""

from collections.abc import Sequence
from typing import Final

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from eldercare import held
from eldercare.held import Part, Rows
from eldercare.models import (
    Consent,
    ConsentEvent,
    Customer,
    CustomerEvent,
    EligibilityDecision,
    Escort,
    EscortEvent,
    IdentityCheck,
    Representative,
    Reveal,
    SignInCode,
)
from eldercare.states import EscortStatus
from foundation import clock
from workflow.models import DemoDelivery, Message
from workflow.states import MessageStatus

NOTHING: Final = "—"
TEN_YEARS: Final = "反洗钱法 art. 34: ten years after the relationship has ended"
Customers = Sequence[Customer]


def register() -> None:
    """Name our parts; called when the app is ready."""
    for part in (
        Part("customer", held.plainly, _erase_customers),
        Part("representatives", lambda c: held.plainly(_representatives(c)), _erase_family),
        Part("consents", _read_consents, _end_consents),
        Part("identity_checks", _read_identity, kept_because=TEN_YEARS),
        Part("escorts", _read_escorts, _erase_escorts, _open_escorts),
        Part("eligibility", _read_eligibility, _erase_eligibility),
        Part("reveals", _read_reveals, _erase_reveals),
        Part("events", _read_events, _erase_events),
        Part("messages", _read_messages, _erase_messages, _unsent_messages),
    ):
        held.register_part(part)


def _representatives(customers: Customers) -> QuerySet[Representative]:
    return Representative.objects.filter(customer__in=customers)


# --- the customer and the family -----------------------------------------------------------------
def _erase_customers(customers: Customers) -> int:
    for row in customers:
        row.name, row.preferred_name, row.note = NOTHING, "", ""
        row.birth_year, row.birth_date = row.birth_year // 10 * 10, None
        row.phone, row.phone_index, row.phone_last4 = "", f"erased:{row.pk}", ""
        row.address, row.latitude, row.longitude = "", None, None
        row.needs, row.circumstances, row.preferred_staff = [], [], None
        row.erased_at = clock.now()
        row.save()
    # The administration's own log writes names into its lines.
    LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Customer),
        object_id__in=[str(row.pk) for row in customers],
    ).update(object_repr=NOTHING)
    return len(customers)


def _erase_family(customers: Customers) -> int:
    rows = list(_representatives(customers))
    for row in rows:
        row.name, row.phone, row.phone_index = NOTHING, "", f"erased:{row.pk}"
        row.save()
    return len(rows)


# --- authorisations: they end, and stay on paper -------------------------------------------------
def _consents(customers: Customers) -> QuerySet[Consent]:
    return Consent.objects.filter(representative__customer__in=customers)


def _read_consents(customers: Customers) -> Rows:
    rows = _consents(customers).select_related("representative", "recorded_by")
    said = held.plainly(rows)
    for line, row in zip(said, rows, strict=True):
        line["services"] = [str(service) for service in row.services.all()]
        line["events"] = held.plainly(row.events.select_related("actor"))
    return said


def _end_consents(customers: Customers) -> int:
    standing = _consents(customers).filter(withdrawn_at__isnull=True)
    ConsentEvent.objects.bulk_create(
        ConsentEvent(consent=row, actor_kind="system", from_status="given", to_status="withdrawn")
        for row in standing
    )
    ended = standing.update(withdrawn_at=clock.now())
    ConsentEvent.objects.filter(consent__in=_consents(customers)).update(reason="")
    return ended


def _read_identity(customers: Customers) -> Rows:
    rows = IdentityCheck.objects.filter(customer__in=customers)
    return held.plainly(rows.select_related("customer", "checked_by"))


# --- escorts -------------------------------------------------------------------------------------
def _escorts(customers: Customers) -> QuerySet[Escort]:
    return Escort.objects.filter(customer__in=customers)


def _open_escorts(customers: Customers) -> list[str]:
    alive = (EscortStatus.BOOKED, EscortStatus.WAITING, EscortStatus.ACCOMPANIED)
    return [row.subject for row in _escorts(customers).filter(status__in=alive)]


def _read_escorts(customers: Customers) -> Rows:
    rows = _escorts(customers).select_related(
        "branch", "customer", "representative", "service_version__service", "assistant"
    )
    said = held.plainly(rows, leave_out=["commitment"])
    for line, row in zip(said, rows, strict=True):
        line["events"] = held.plainly(row.events.select_related("actor"))
    return said


def _erase_escorts(customers: Customers) -> int:
    EscortEvent.objects.filter(escort__customer__in=customers).update(reason="")
    return _escorts(customers).update(nickname="", outcome="", needs=[])


# --- decisions, reveals, events ------------------------------------------------------------------
def _read_eligibility(customers: Customers) -> Rows:
    rows = EligibilityDecision.objects.filter(customer__in=customers)
    return held.plainly(rows.select_related("customer", "service_version__service", "actor"))


def _erase_eligibility(customers: Customers) -> int:
    return EligibilityDecision.objects.filter(customer__in=customers).update(facts={})


def _read_reveals(customers: Customers) -> Rows:
    rows = Reveal.objects.filter(customer__in=customers)
    return held.plainly(rows.select_related("customer", "actor"))


def _erase_reveals(customers: Customers) -> int:
    return Reveal.objects.filter(customer__in=customers).update(why=NOTHING)


def _read_events(customers: Customers) -> Rows:
    rows = CustomerEvent.objects.filter(customer__in=customers)
    return held.plainly(rows.select_related("customer", "actor"))


def _erase_events(customers: Customers) -> int:
    return CustomerEvent.objects.filter(customer__in=customers).update(reason="")


# --- messages and codes to their phone -----------------------------------------------------------
def _own_phones(customers: Customers) -> list[str]:
    """The phones that are nobody else's: a text to a shared one may be the husband's."""
    indexes = {row.phone_index for row in customers if row.phone}
    others = Customer.objects.filter(phone_index__in=indexes)
    shared = others.exclude(pk__in=[row.pk for row in customers])
    family = Representative.objects.filter(phone_index__in=indexes)
    return sorted(
        indexes
        - set(shared.values_list("phone_index", flat=True))
        - set(family.exclude(customer__in=customers).values_list("phone_index", flat=True))
    )


def _messages(customers: Customers) -> QuerySet[Message]:
    return Message.objects.filter(to_index__in=_own_phones(customers))


def _read_messages(customers: Customers) -> Rows:
    return held.plainly(_messages(customers), leave_out=["key"])


def _unsent_messages(customers: Customers) -> list[str]:
    ended = (MessageStatus.DELIVERED, MessageStatus.FAILED)
    return [row.subject for row in _messages(customers).exclude(status__in=ended)]


def _erase_messages(customers: Customers) -> int:
    indexes = _own_phones(customers)
    SignInCode.objects.filter(phone_index__in=indexes).delete()
    DemoDelivery.objects.filter(to_index__in=indexes).delete()
    return Message.objects.filter(to_index__in=indexes).update(to="", to_index="", body="")
