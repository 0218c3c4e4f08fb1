"""People: badges, skills, trainings, and leaving the bank. Pages ask CHANGE_ROSTER."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

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
    CommitmentKind,
    PhotoOf,
    Skill,
    Staff,
    StaffEvent,
    StaffSkill,
    Training,
)
from branches.photos import cleaned_photo, discard_photo, keep_photo
from branches.promises import BreaksPromises, promised_by
from foundation import clock
from foundation.errors import DomainError, ErrorCode, InvalidInput, MoveRefused
from foundation.locks import locking

UNIQUE_VIOLATION = "23505"
VISIT_ROLES = ("can_handle", "can_witness")


@dataclass(frozen=True)
class Particulars:
    """Name, badge, and what somebody may do at a home visit."""

    name: str
    badge: str
    can_handle: bool = False
    can_witness: bool = True
    can_drive: bool = False


class BadgeTaken(DomainError):
    code = ErrorCode.INVALID_INPUT
    http_status = 409
    default_message = _("Somebody else has this badge number.")


def engage(*, branch: Branch, who: Particulars, actor: User) -> Staff:
    """Somebody begins to work here.

    Raises:
        BadgeTaken, InvalidInput.
    """
    _check_named(who)
    with locking():
        with _badge_is_free():
            staff = Staff.objects.create(branch=branch, **_clean(who))
        StaffEvent.objects.create(staff=staff, actor=actor, to_status="works_here")
    return staff


def correct(*, staff: Staff, to: Particulars, actor: User) -> Staff:
    """Another name, badge or role, and what it was before on record.

    Raises:
        BadgeTaken, InvalidInput.
        BreaksPromises: a role is taken away from somebody whose visits may need it.
    """
    _check_named(to)
    with locking():
        (row,) = staff_locked([staff.pk])
        before = {name: getattr(row, name) for name in asdict(to)}
        loses = [role for role in VISIT_ROLES if before[role] and not getattr(to, role)]
        visits = list(promised_by([row]).filter(kind=CommitmentKind.VISIT))
        if loses and visits:
            raise BreaksPromises(visits)
        for name, value in _clean(to).items():
            setattr(row, name, value)
        with _badge_is_free():
            row.save(update_fields=list(before))
        StaffEvent.objects.create(staff=row, actor=actor, to_status="corrected", snapshot=before)
    return row


def show_face(*, staff: Staff, photo: bytes, actor: User) -> Staff:
    """The photo of the badge, in place of the one before, which is forgotten.

    Raises:
        InvalidInput: it is not a photo, damaged, or too large.
    """
    picture = cleaned_photo(photo)
    with locking():
        (row,) = staff_locked([staff.pk])
        before = row.photo
        row.photo = keep_photo(picture, branch=row.branch, of=PhotoOf.PERSON, actor=actor)
        row.save(update_fields=["photo"])
        if before is not None:
            discard_photo(before)
    return row


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
    """Somebody leaves: what they did stays, and they can sign in no more, from this moment. Nobody
    needs to know their face any longer.

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
        face, row.photo = row.photo, None
        row.is_active, row.left_on = False, clock.today()
        row.save(update_fields=["is_active", "left_on", "photo"])
        if face is not None:
            discard_photo(face)
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


def come_back(*, staff: Staff, reason: str, actor: User) -> Staff:
    """Somebody who had left works here again, under the same badge and with the same history.

    Their sign-in stays closed until the administration gives them a new password: whoever knew the
    old one must not come in with it.

    Raises:
        InvalidInput: without a reason.
        MoveRefused: they never left.
    """
    if not reason.strip():
        raise InvalidInput(fields={"reason": _("Please say why.")})
    with locking():
        (row,) = staff_locked([staff.pk])
        if row.is_active:
            raise MoveRefused
        row.is_active, row.left_on = True, None
        row.save(update_fields=["is_active", "left_on"])
        StaffEvent.objects.create(
            staff=row,
            actor=actor,
            from_status="left",
            to_status="works_here",
            reason=reason.strip()[:300],
        )
    return row


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


def _check_named(who: Particulars) -> None:
    words = {"name": who.name, "badge": who.badge}
    wrong = [field for field, said in words.items() if not said.strip()]
    if wrong:
        sentence = _("A name and a badge number, please.")
        raise InvalidInput(fields=dict.fromkeys(wrong, sentence))


def _clean(who: Particulars) -> dict[str, Any]:
    named = {"name": who.name.strip()[:60], "badge": who.badge.strip()[:20]}
    return asdict(who) | named


@contextmanager
def _badge_is_free() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", None) != UNIQUE_VIOLATION:
            raise
        raise BadgeTaken(fields={"badge": BadgeTaken.default_message}) from error
