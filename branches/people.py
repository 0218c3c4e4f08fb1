"""People: badges, skills, trainings, and leaving the bank. Pages ask CHANGE_ROSTER."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Actor, Permission
from branches import timetable
from branches.locks import staff_locked
from branches.models import (
    Branch,
    Commitment,
    Skill,
    Staff,
    StaffEvent,
    StaffSkill,
    Training,
)
from branches.promises import promised_by
from foundation import clock
from foundation.errors import DomainError, ErrorCode, InvalidInput, MoveRefused
from foundation.locks import locking

UNIQUE_VIOLATION = "23505"


class BadgeTaken(DomainError):
    code = ErrorCode.INVALID_INPUT
    http_status = 409
    default_message = _("Somebody else has this badge number.")


def engage(*, branch: Branch, name: str, badge: str, actor: User) -> Staff:
    """Somebody begins to work here.

    Raises:
        BadgeTaken, InvalidInput.
    """
    if not name.strip() or not badge.strip():
        raise InvalidInput(fields={"badge": _("A name and a badge number, please.")})
    with locking():
        try:
            with transaction.atomic():
                staff = Staff.objects.create(
                    branch=branch, name=name.strip()[:60], badge=badge.strip()[:20]
                )
        except IntegrityError as error:
            if getattr(error.__cause__, "sqlstate", None) != UNIQUE_VIOLATION:
                raise
            raise BadgeTaken(fields={"badge": BadgeTaken.default_message}) from error
        StaffEvent.objects.create(staff=staff, actor=actor, to_status="works_here")
    return staff


def renew_badge(*, staff: Staff, valid_until: date) -> Staff:
    """The badge is good until that day; somebody is reminded before it lapses.

    Raises:
        InvalidInput: for a day that has passed.
    """
    if valid_until < clock.today():
        raise InvalidInput(fields={"valid_until": _("This day has passed.")})
    with locking():
        (row,) = staff_locked([staff.pk])
        row.badge_valid_until = valid_until
        row.save(update_fields=["badge_valid_until"])
        timetable.lay_out_badge(row)
    return row


def set_skills(*, staff: Staff, skills: Collection[Skill]) -> None:
    """What this person can do, from now on."""
    with transaction.atomic():
        staff.skills.exclude(skill__in=skills).delete()
        StaffSkill.objects.bulk_create(
            [StaffSkill(staff=staff, skill=skill) for skill in skills], ignore_conflicts=True
        )


def enter_training(
    *,
    staff: Staff,
    title: str,
    taken_on: date,
    hours: Decimal,
    expires_on: date | None = None,
    skill: Skill | None = None,
    certificate: str = "",
) -> Training:
    """Somebody was trained, ``hours`` class hours long. The same training again is the same row.

    Raises:
        InvalidInput: in the future, without hours or title, or lapsed before it began.
    """
    if not title.strip():
        raise InvalidInput(fields={"title": _("What was it about?")})
    if taken_on > clock.today():
        raise InvalidInput(fields={"taken_on": _("This day has not come yet.")})
    if hours <= 0:
        raise InvalidInput(fields={"hours": _("How many class hours?")})
    if expires_on is not None and expires_on < taken_on:
        raise InvalidInput(fields={"expires_on": _("It cannot lapse before it was taken.")})
    with transaction.atomic():
        row, _created = Training.objects.get_or_create(
            staff=staff,
            title=title.strip()[:100],
            taken_on=taken_on,
            defaults={
                "hours": hours,
                "expires_on": expires_on,
                "skill": skill or "",
                "certificate": certificate.strip()[:60],
            },
        )
        timetable.lay_out_training(row)
    return row


def part_with(*, staff: Staff, reason: str, actor: User) -> list[Commitment]:
    """Somebody leaves: what they did stays, and they can sign in no more, from this moment.

    Their open sessions end, because Django asks on each request whether the user is active; the
    password goes too, so that a sign-in that is switched on by mistake opens nothing.

    Returns what is still promised of their time, for others to take over.

    Raises:
        InvalidInput: without a reason.
        MoveRefused: they have left already.
    """
    if not reason.strip():
        raise InvalidInput(fields={"reason": _("Please say why.")})
    with locking():
        (row,) = staff_locked([staff.pk])
        if not row.is_active:
            raise MoveRefused
        row.is_active, row.left_on = False, clock.today()
        row.save(update_fields=["is_active", "left_on"])
        if row.user is not None:
            row.user.is_active = False
            row.user.set_unusable_password()
            row.user.save(update_fields=["is_active", "password"])
        StaffEvent.objects.create(
            staff=row,
            actor=actor,
            from_status="works_here",
            to_status="left",
            reason=reason.strip()[:300],
        )
    return list(still_promised(row))


def still_promised(staff: Staff) -> QuerySet[Commitment]:
    """What binds this person from now on, besides leave and what merely is held."""
    return promised_by([staff])


def people_of(user: Actor, branch: Branch) -> QuerySet[Staff]:
    """Who works in a branch, with skills and the trainings that have not lapsed at hand."""
    return (
        Staff.objects.for_user(user, Permission.VIEW_STAFF)
        .active()
        .filter(branch=branch)
        .prefetch_related(
            "skills",
            Prefetch("trainings", queryset=Training.objects.valid(), to_attr="valid_trainings"),
        )
        .order_by("badge")
    )


def with_skill(user: Actor, skill: Skill) -> QuerySet[Staff]:
    """Who in scope can do this: for a customer who needs it."""
    return (
        Staff.objects.for_user(user, Permission.VIEW_STAFF)
        .active()
        .filter(pk__in=StaffSkill.objects.filter(skill=skill).values("staff"))
        .select_related("branch")
    )
