"""Whether badges and trainings are still good: one rule for lists, pages and filters."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Actor, Permission
from branches.models import Branch, Staff, StaffEvent, Training
from foundation import clock

SOON = timedelta(days=30)


class Validity(TextChoices):
    GOOD = "good", _("valid")
    SOON = "soon", _("expires soon")
    LAPSED = "lapsed", _("expired")
    UNKNOWN = "unknown", _("no date on record")


@dataclass(frozen=True)
class TrainingLine:
    """One training; ``renewed`` when the same was taken again later."""

    training: Training
    validity: Validity
    renewed: bool


def validity(until: date | None, today: date) -> Validity:
    """How good something is on ``today`` that is good until a day, that day included."""
    if until is None:
        return Validity.UNKNOWN
    if until < today:
        return Validity.LAPSED
    return Validity.SOON if until <= today + SOON else Validity.GOOD


def with_badge(rows: QuerySet[Staff], wanted: Validity) -> QuerySet[Staff]:
    """The people whose badge is as ``wanted`` today: :func:`validity`, in the database."""
    today, field = clock.today(), "badge_valid_until"
    last = today + SOON
    conditions = {
        Validity.UNKNOWN: Q(**{f"{field}__isnull": True}),
        Validity.LAPSED: Q(**{f"{field}__lt": today}),
        Validity.SOON: Q(**{f"{field}__range": (today, last)}),
        Validity.GOOD: Q(**{f"{field}__gt": last}),
    }
    return rows.filter(conditions[wanted])


def staff_of(user: Actor, branch: Branch) -> QuerySet[Staff]:
    """Everybody who works or has worked in a branch, with photo, skills and trainings at hand."""
    return (
        Staff.objects.for_user(user, Permission.VIEW_STAFF)
        .filter(branch=branch)
        .select_related("photo")
        .prefetch_related(
            "skills", Prefetch("trainings", Training.objects.order_by("-taken_on", "-pk"))
        )
        .order_by("badge")
    )


def trainings_of(person: Staff, today: date) -> list[TrainingLine]:
    """What somebody has learnt, the latest first, and whether it is still good."""
    taken: set[str] = set()
    lines = []
    for row in person.trainings.all():
        # Without a date of expiry a training stays good.
        good = Validity.GOOD if row.expires_on is None else validity(row.expires_on, today)
        lines.append(TrainingLine(row, good, row.title in taken))
        taken.add(row.title)
    return lines


def lapsed_trainings(person: Staff, today: date) -> int:
    """How many trainings have lapsed and were not taken again."""
    return sum(
        line.validity == Validity.LAPSED and not line.renewed
        for line in trainings_of(person, today)
    )


def events_of(person: Staff) -> QuerySet[StaffEvent]:
    """What happened to somebody's place here, in order."""
    return person.events.select_related("actor").order_by("at", "pk")
