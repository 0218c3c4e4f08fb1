"""Company at a branch by appointment: times that one assistant can keep, and the booking of one.

The same machinery as for home visits, with one person and no journey. Quiet times come first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments import notices, timetable
from appointments.asking import Asker, check_consent
from appointments.availability import days_ahead
from appointments.team_days import ASSISTANT, TeamDay, team_days
from branches import commitments
from branches.locks import staff_locked
from branches.models import Branch, CommitmentKind, Staff
from eldercare import bookings
from eldercare.locks import escort_locked
from eldercare.models import Customer, Escort, ServiceVersion
from eldercare.queries import Busyness
from eldercare.states import ReviewStatus
from foundation import clock
from foundation.errors import DomainError, ErrorCode, InvalidInput, MoveRefused
from foundation.locks import locking
from planning import insertion
from planning.offer import Offer

STEP = 30
UNIQUE_VIOLATION = "23505"


class TimeTaken(DomainError):
    """Somebody else was quicker. ``data["times"]`` are the nearest that can be kept."""

    code = ErrorCode.WINDOW_TAKEN
    http_status = 409
    default_message = _("This time has just been taken. These are the nearest free ones.")

    def __init__(self, times: Sequence["OpenTime"]) -> None:
        self.times = list(times)
        super().__init__(data={"times": [time.start.isoformat() for time in times]})


class NotAtBranch(DomainError):
    code = ErrorCode.SERVICE_NOT_REVIEWED
    http_status = 409
    default_message = _("This business may not be offered: two reviewers have to pass it first.")


class AlreadyBooked(DomainError):
    """One customer is expected once at one time."""

    code = ErrorCode.ALREADY_BOOKED
    http_status = 409
    default_message = _("You have booked company for that time already. Choose another time.")


@dataclass(frozen=True)
class OpenTime:
    """A time at which somebody will be at the customer's side, and the proof of it."""

    branch: Branch
    start: datetime
    quiet: bool
    team_day: TeamDay
    offer: Offer


def open_times(
    branch: Branch,
    version: ServiceVersion,
    days: Sequence[date] | None = None,
    *,
    without: Sequence[int] = (),
) -> list[OpenTime]:
    """Every half hour on these days that one of the branch's assistants can keep, in order.

    ``without`` names commitments to think away: that of a booking which is about to be moved.
    """
    wanted = list(days) if days is not None else days_ahead()
    quiet = Busyness.of(branch)
    place = (branch.latitude, branch.longitude)
    found = team_days(_assistants(branch), place, wanted, without=without)
    return [time for day in found for time in _times_of(branch, day, version, quiet)]


def quiet_first(times: Sequence[OpenTime]) -> list[OpenTime]:
    """The same times, the quiet ones before the busy ones, each in order."""
    return sorted(times, key=lambda time: (not time.quiet, time.start))


def nearest(branch: Branch, version: ServiceVersion, start: datetime) -> list[OpenTime]:
    """The three times nearest to ``start`` that can be kept, in order."""
    times = sorted(open_times(branch, version), key=lambda time: abs(time.start - start))
    return sorted(times[:3], key=lambda time: time.start)


def book_escort(
    *,
    customer: Customer,
    branch: Branch,
    version: ServiceVersion,
    start: datetime,
    key: str,
    asker: Asker,
) -> Escort:
    """Book company at a branch for ``start``; the same ``key`` again gives the same booking.

    Raises:
        TimeTaken: nobody can keep it now; carries the three nearest times that can be kept.
        AlreadyBooked: this customer is expected at that time already.
        NotAtBranch: the service has not been let through, or is not done in a branch.
        ConsentMissing: the representative has no standing consent.
        Busy: the lock could not be had in time.
    """
    if version.status != ReviewStatus.APPROVED or not version.at_branch:
        raise NotAtBranch
    with locking():
        staff_locked(person.pk for person in _assistants(branch))
        done = Escort.objects.filter(client_key=key).first()
        if done is not None:
            return _same(done, customer)
        check_consent(asker, customer, version)
        proof = _prove(branch, version, start)
        if proof is not None:
            return _promise(proof, customer, version, key, asker)
    raise TimeTaken(nearest(branch, version, start))


def move_escort(
    *, escort: Escort, start: datetime, key: str, asker: Asker, reason: str = ""
) -> Escort:
    """Book another time in the same branch and free the old one; both or neither.

    The same ``key`` again gives the booking that it made first.

    Raises:
        MoveRefused: they are here already, or it has ended.
        TimeTaken, AlreadyBooked, ConsentMissing, Busy: as for :func:`book_escort`; the old
            promise stands.
    """
    branch, version = escort.branch, escort.service_version
    with locking():
        staff_locked(person.pk for person in _assistants(branch))
        row = escort_locked(escort.pk)
        if row.customer is None:
            raise MoveRefused
        done = Escort.objects.filter(client_key=key).first()
        if done is not None:
            return _same(done, row.customer)
        check_consent(asker, row.customer, version)
        without = [row.commitment_id] if row.commitment_id else []
        proof = _prove(branch, version, start, without)
        if proof is not None:
            _cancel(row, asker, reason)
            return _promise(proof, row.customer, version, key, asker)
    raise TimeTaken(nearest(branch, version, start))


def cancel_escort(*, escort: Escort, asker: Asker, reason: str = "") -> Escort:
    """Cancel a booked escort.

    Raises:
        MoveRefused: they are here already, or it has ended.
        ConsentMissing: the representative has no standing consent.
    """
    with locking():
        staff_locked([escort.assistant_id] if escort.assistant_id else [])
        row = escort_locked(escort.pk)
        if row.customer is not None:
            check_consent(asker, row.customer)
        _cancel(row, asker, reason)
    return row


def _cancel(row: Escort, asker: Asker, reason: str) -> None:
    bookings.cancelled(row, asked_by=asker.kind, user=asker.user, reason=reason.strip()[:300])
    timetable.drop_what_a_cancelled_escort_asked(row)


def _promise(
    proof: OpenTime, customer: Customer, version: ServiceVersion, key: str, asker: Asker
) -> Escort:
    [leg] = proof.offer.legs
    team_day, branch = proof.team_day, proof.branch
    person = team_day.staff[leg.person]
    if leg.shift is not None:
        commitments.set_out_at(leg.shift.key, team_day.moment(leg.shift.departs))
    commitment = commitments.promise(
        staff=person,
        kind=CommitmentKind.ESCORT,
        start=team_day.moment(leg.departs),
        end=team_day.moment(leg.ends),
        place=(branch.latitude, branch.longitude),
        arrives_at=proof.start,
    )
    try:
        with transaction.atomic():
            escort = bookings.note_booking(
                bookings.Booking(customer, branch, version, proof.start, person, commitment),
                key=key,
                asked_by=asker.kind,
                user=asker.user,
                representative=asker.representative,
            )
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", None) != UNIQUE_VIOLATION:
            raise
        raise AlreadyBooked from error
    notices.escort_booked(escort)
    timetable.lay_out_escort(escort)
    return escort


def _prove(
    branch: Branch, version: ServiceVersion, start: datetime, without: Sequence[int] = ()
) -> OpenTime | None:
    day = timezone.localdate(start)
    if day not in days_ahead():
        return None
    times = open_times(branch, version, [day], without=without)
    return next((time for time in times if time.start == start), None)


def _times_of(
    branch: Branch, team_day: TeamDay, version: ServiceVersion, busyness: Busyness
) -> list[OpenTime]:
    spans = [span for person in team_day.day.people for span in person.spans]
    if not spans:
        return []
    lead = team_day.minute(clock.now()) + settings.NUANBAN_LEAD_MINUTES
    first = -(-min(start for start, _end in spans) // STEP) * STEP
    last = max(end for _start, end in spans) - version.minutes
    asked = [insertion.Window(s, s) for s in range(first, last + 1, STEP) if s >= lead]
    request = insertion.Request(place=0, duration=version.minutes, roles=(ASSISTANT,))
    answers = insertion.windows(team_day.day, request, asked, explain=False)
    return [
        OpenTime(
            branch,
            team_day.moment(answer.start),
            busyness.is_quiet(team_day.moment(answer.start)),
            team_day,
            answer,
        )
        for answer in answers
        if isinstance(answer, Offer)
    ]


def _assistants(branch: Branch) -> list[Staff]:
    return list(branch.staff.filter(is_active=True).select_related("branch").order_by("pk"))


def _same(escort: Escort, customer: Customer) -> Escort:
    if escort.customer_id != customer.pk:
        raise InvalidInput(_("This form was used already. Please begin a new booking."))
    return escort
