"""What this room holds on a customer: handed out, needed, blanked (PIPL art. 44 to 47)."""

from datetime import datetime
from typing import Any

from django.db.models import F, Max

from appointments import notices
from appointments.models import HomeVisit, VisitEvent, Wish
from branches.models import Commitment
from eldercare import privacy, retention, review
from eldercare.models import Customer, ServiceVersion


def register() -> None:
    """Tell the rooms below what they must ask us; called when the app is ready."""
    privacy.register_part("appointments", held_on, still_needed=is_needed, blank=blank)
    retention.register_last_seen("appointments", last_seen)
    review.register_promises(promises_of, tell=tell_promised)


def held_on(customer: Customer) -> dict[str, Any]:
    """Visits and places on the waiting list, ready for JSON."""
    visits = customer.visits.select_related("service_version__service").order_by("starts_at")
    return {
        "visits": [
            {
                "id": str(visit.public_id),
                "service": visit.service_version.service.code,
                "window": [visit.window.lower.isoformat(), visit.window.upper.isoformat()],
                "status": visit.status,
                "asked_by": visit.asked_by,
                "words": visit.words,
                "door": [visit.latitude, visit.longitude],
            }
            for visit in visits
        ],
        "waiting_list": [
            {
                "status": wish.status,
                "first_day": f"{wish.first_day}",
                "last_day": f"{wish.last_day}",
            }
            for wish in customer.wishes.order_by("made_at")
        ],
    }


def is_needed(customer: Customer) -> bool:
    """Whether somebody is on the way to them, or will be."""
    return (
        HomeVisit.objects.live().filter(customer=customer).exists()
        or Wish.objects.standing().filter(customer=customer).exists()
    )


def blank(customer: Customer) -> None:
    """Forget the door, the codes and what was written; the moves and their times stay."""
    Commitment.objects.filter(team_member__visit__customer=customer).update(
        latitude=None, longitude=None
    )
    VisitEvent.objects.filter(visit__customer=customer).update(reason="")
    for visit in customer.visits.select_related("branch"):
        # A place is needed by the row: the branch's own says nothing about anybody.
        visit.latitude, visit.longitude = visit.branch.latitude, visit.branch.longitude
        visit.words = visit.staff_code = visit.customer_code = ""
        visit.save(update_fields=["latitude", "longitude", "words", "staff_code", "customer_code"])


def last_seen(customer: Customer) -> datetime | None:
    """When we last went to them, or meant to."""
    latest: datetime | None = customer.visits.aggregate(at=Max(F("starts_at")))["at"]
    return latest


def promises_of(version: ServiceVersion) -> list[str]:
    """The visits still to be made that were booked under this version."""
    live = HomeVisit.objects.live().filter(service_version=version).order_by("starts_at")
    return [visit.subject for visit in live]


def tell_promised(version: ServiceVersion) -> None:
    """Write to everybody who booked under this version that their own promise stands."""
    live = HomeVisit.objects.live().filter(service_version=version)
    for visit in live.select_related("customer__branch", "branch", "service_version"):
        notices.service_retired(visit)
