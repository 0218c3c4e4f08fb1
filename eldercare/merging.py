"""Two rows that are one person become one, and nothing that happened is lost.

Whatever points to the merged row is pointed to the one that stays, in whichever room it lives.
Append-only rows stay as they were written: the merged row remains and says where it went, and
``history_of`` reads both.
"""

from collections.abc import Collection
from typing import Final

from django.db import IntegrityError, connection, models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from eldercare.locks import customers_locked
from eldercare.models import Consent, Customer, CustomerEvent, Representative
from foundation.errors import DomainError, ErrorCode, InvalidInput
from foundation.locks import locking

# What of the merged row may be kept instead of the staying row's own, each with its columns.
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "name": ("name",),
    "preferred_name": ("preferred_name",),
    "birth": ("birth_year", "birth_date"),
    "phone": ("phone", "phone_index", "phone_last4"),
    "address": ("address", "latitude", "longitude"),
    "contact_by": ("contact_by",),
    "preferred_staff": ("preferred_staff_id",),
    "note": ("note",),
}
# The constraints that one person breaks who was two: nothing else is a refusal.
PROMISES: Final = frozenset({"visit_customer_no_overlap", "one_escort_booking_at_a_time"})
WISHES: Final = frozenset({"one_wish_per_service"})
ERASURES: Final = frozenset({"one_erasure_request_at_a_time"})


class MergeRefused(DomainError):
    """Both rows hold promises that one person cannot keep."""

    code = ErrorCode.MOVE_REFUSED
    http_status = 409
    default_message = _(
        "Both have a booking at the same time. Please cancel one of the two before merging."
    )


def merge_customers(
    *,
    keep: Customer,
    merged: Customer,
    why: str,
    actor: User,
    take: Collection[str] = (),
) -> Customer:
    """Make ``merged`` part of ``keep``; what ``keep`` does not say is taken from ``merged``.

    ``take`` names those of :data:`CHOICES` in which ``merged`` is right. Needs are joined.

    Raises:
        NotAllowed: the role may not change customers.
        InvalidInput: one of them is merged or erased already, both are the same row, or a choice
            that there is not.
        MergeRefused: both have live bookings that overlap; nothing is changed.
    """
    require(actor, Permission.CHANGE_CUSTOMER)
    if not why.strip():
        raise InvalidInput(fields={"why": _("Please say why they are one person.")})
    if not set(take) <= set(CHOICES):
        raise InvalidInput(fields={"take": _("Please choose from the list.")})
    try:
        with locking():
            rows = customers_locked([keep.pk, merged.pk])
            _check_pair(list(rows.values()))
            return _merge(rows[keep.pk], rows[merged.pk], why.strip(), actor, take)
    except IntegrityError as error:
        # What one person cannot do at once, the database knows; any other fault is a fault.
        refusal = _refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error


def _refusal_of(error: IntegrityError) -> MergeRefused | None:
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    if name in PROMISES:
        return MergeRefused()
    if name in WISHES:
        return MergeRefused(
            _("Both are on the waiting list for the same. Please leave one of the two first.")
        )
    if name in ERASURES:
        return MergeRefused(_("Both wait to be forgotten. Please let that be decided first."))
    return None


def history_of(customer: Customer) -> list[Customer]:
    """This row and all that were merged into it, also by way of others; itself first."""
    found, fresh = [customer], [customer]
    while fresh:
        fresh = list(Customer.objects.filter(merged_into__in=fresh).order_by("pk"))
        found += fresh
    return found


def survivor_of(customer: Customer) -> Customer:
    """The row that stands for this person today."""
    while customer.merged_into is not None:
        customer = customer.merged_into
    return customer


def append_only_tables() -> frozenset[str]:
    """The tables that the database itself guards, asked of the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE tgname = 'append_only'"
        )
        return frozenset(name for (name,) in cursor.fetchall())


def _check_pair(rows: list[Customer]) -> None:
    if len(rows) != 2:
        raise InvalidInput(_("Please choose two different customers."))
    if any(row.merged_into_id is not None or row.erased_at is not None for row in rows):
        raise InvalidInput(_("One of them has been merged or erased already."))
    one, other = rows
    if one.branch.region_id != other.branch.region_id:
        raise InvalidInput(_("They belong to different regions."))


def _merge(
    keep: Customer, merged: Customer, why: str, actor: User, take: Collection[str]
) -> Customer:
    _merge_representatives(keep, merged)
    moved = _point_to(keep, merged)
    for name in (name for choice in take for name in CHOICES[choice]):
        setattr(keep, name, getattr(merged, name))
    _fill_gaps(keep, merged)
    merged.merged_into = keep
    merged.save(update_fields=["merged_into"])
    for row, status in ((keep, "took_in"), (merged, "merged")):
        CustomerEvent.objects.create(
            customer=row,
            actor=actor,
            to_status=status,
            reason=why[:300],
            snapshot={"keep": keep.pk, "merged": merged.pk, "moved": moved, "took": sorted(take)},
        )
    return keep


def _merge_representatives(keep: Customer, merged: Customer) -> None:
    """A daughter on both rows becomes one; her empty second row stays with the merged customer."""
    hers = {row.phone_index: row for row in keep.representatives.all()}
    for second in merged.representatives.all():
        first = hers.get(second.phone_index)
        if first is None:
            second.customer = keep
            second.save(update_fields=["customer"])
        else:
            _repoint(Representative, first.pk, second.pk)


def _point_to(keep: Customer, merged: Customer) -> dict[str, int]:
    """Representatives are done; how many rows of each other table were moved."""
    return _repoint(Customer, keep.pk, merged.pk, besides=frozenset({Representative, Customer}))


def _repoint(
    model: type[models.Model],
    to: int,
    of: int,
    besides: frozenset[type[models.Model]] = frozenset(),
) -> dict[str, int]:
    guarded = append_only_tables()
    moved = {}
    for relation in model._meta.related_objects:
        there = relation.related_model
        assert not isinstance(there, str)
        if there in besides or there._meta.db_table in guarded:
            continue
        rows = there._base_manager.filter(**{relation.field.name: of})
        count = rows.update(**{relation.field.name: to})
        if count:
            moved[there._meta.label] = count
    return moved


def _fill_gaps(keep: Customer, merged: Customer) -> None:
    for name in ("preferred_name", "birth_date", "address", "note", "preferred_staff_id"):
        if not getattr(keep, name) and (
            name != "birth_date" or keep.birth_year == merged.birth_year
        ):
            setattr(keep, name, getattr(merged, name))
    if not keep.has_place and merged.has_place:
        keep.latitude, keep.longitude = merged.latitude, merged.longitude
    keep.needs = sorted({*keep.needs, *merged.needs})
    keep.circumstances = sorted({*keep.circumstances, *merged.circumstances})
    keep.save()


def consents_of(customer: Customer) -> models.QuerySet[Consent]:
    """Every consent of this person, those given under a merged row too."""
    return Consent.objects.filter(representative__customer__in=history_of(customer))
