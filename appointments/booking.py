"""Booking: an open window is proven again under the lock and becomes a promise to two people's day.

The team's rows in ``Commitment``, the visit, its event, its messages and its due steps are written
in one transaction, or none of them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments import door_codes, notices, timetable
from appointments.asking import Asker, check_consent
from appointments.availability import (
    CustomerUnplaced,
    Demand,
    NotEligible,
    OpenWindow,
    WindowTaken,
    days_to_move,
    demand_for,
    demand_of,
    next_windows,
    prove_window,
    window_length,
)
from appointments.holds import holds_of, let_go, team_locking
from appointments.legs import disband
from appointments.locks import visit_locked
from appointments.models import HomeVisit, TeamMember, TeamRole
from appointments.reach import serving_branches
from appointments.states import AHEAD, VISIT_MOVES, VisitStatus
from appointments.team_days import TeamDay
from appointments.visits import change_status, record
from branches import commitments
from branches.locks import staff_locked
from branches.models import CommitmentKind
from eldercare.eligibility import decide, facts_of
from eldercare.models import Customer, ServiceVersion
from eldercare.models.service import Risk
from foundation import clock
from foundation.errors import DomainError, ErrorCode, InvalidInput, MoveRefused
from foundation.locks import locking
from planning.offer import Offer
from workflow.due_steps import ask_a_person

ROLES = (TeamRole.HANDLER, TeamRole.WITNESS)


class ServiceNotAtHome(DomainError):
    code = ErrorCode.SERVICE_NOT_AT_HOME
    http_status = 409
    default_message = _("This business can only be done in a branch; we will gladly accompany you.")


class AlreadyBooked(DomainError):
    """One customer cannot be visited twice at the same time."""

    code = ErrorCode.ALREADY_BOOKED
    http_status = 409
    default_message = _("You have a home visit booked for that time already. Choose another time.")


def book_visit(
    *,
    customer: Customer,
    version: ServiceVersion,
    window_start: datetime,
    key: str,
    asker: Asker,
    one_of_many: bool = False,
) -> HomeVisit:
    """Book the window that begins at ``window_start`` for a home visit.

    The same ``key`` again (a double tap, a refresh) gives the visit that it made first. Visits
    that return (``one_of_many``) reach beyond the horizon and are confirmed together.

    Raises:
        WindowTaken: it cannot be kept now; carries the three nearest that can.
        ServiceNotAtHome: not let through, retired, or not for homes.
        NotEligible: a rule says that we do not come to them for this; the decision is kept.
        AlreadyBooked: this customer has a visit in that time.
        ConsentMissing: the representative has no standing consent.
        CustomerUnplaced: we do not know where to go.
        Busy: the lock could not be had in time.
    """
    before = _done_before(key, customer)
    if before is not None:
        return before
    _judge(customer, version, asker)
    demand = demand_for(customer, version)
    ask = _Ask(customer, version, demand, key, asker)
    for branch in serving_branches(customer.branch, demand.door):
        with team_locking(branch, customer):
            done = _done_before(key, customer)
            if done is not None:
                return done
            check_consent(asker, customer, version)
            _check_offered(version)
            mine = holds_of(customer)
            proof = prove_window(branch, demand, window_start, without=mine, far_ahead=one_of_many)
            if proof is not None:
                let_go(customer)
                return _promise(ask, proof, tell=not one_of_many)
    if not demand.is_free(window_start, window_start + window_length()):
        raise AlreadyBooked
    raise WindowTaken(next_windows(customer.branch, demand, near=window_start))


def move_visit(
    *, visit: HomeVisit, window_start: datetime, key: str, asker: Asker, reason: str = ""
) -> HomeVisit:
    """Move a visit to another window: a new visit takes its place and points back.

    Raises:
        MoveRefused: the team is on its way, or the visit has ended.
        WindowTaken, Busy: as for :func:`book_visit`; the old promise stands.
    """
    customer = visit.customer
    demand = demand_of(visit)
    ask = _Ask(customer, visit.service_version, demand, key, asker)
    old_team = [member.staff_id for member in visit.team.all()]
    days = days_to_move(visit)
    is_offered = timezone.localdate(window_start) in days
    for branch in serving_branches(customer.branch, demand.door) if is_offered else ():
        with team_locking(branch, customer, old_team):
            done = _done_before(key, customer)
            if done is not None:
                return done
            old = visit_locked(visit.pk)
            check_consent(asker, customer, visit.service_version)
            VISIT_MOVES.check(old.status, VisitStatus.MOVED)
            held = [member.commitment_id for member in old.team.all()]
            held += holds_of(customer)
            proof = prove_window(branch, demand, window_start, without=held, far_ahead=True)
            if proof is not None:
                let_go(customer)
                disband(old)
                change_status(old, VisitStatus.MOVED, asker.actor, reason=reason.strip())
                _phone_team_if_late(old)
                return _promise(ask, proof, replaces=old)
    raise WindowTaken(next_windows(customer.branch, demand, near=window_start, days=days))


def cancel_visit(*, visit: HomeVisit, reason: str, asker: Asker) -> HomeVisit:
    """Cancel before anybody has set off; the team's time is free again at once.

    Raises:
        MoveRefused: the team is on its way, or the visit has ended.
        ConsentMissing: the representative has no standing consent.
    """
    with locking():
        staff_locked(member.staff_id for member in visit.team.all())
        row = visit_locked(visit.pk)
        check_consent(asker, row.customer)
        if VisitStatus(row.status) not in AHEAD:
            raise MoveRefused(
                _("The team is on its way already. Please phone us, and we will reach them.")
            )
        row.words = reason.strip()[:300]
        change_status(row, VisitStatus.CANCELLED, asker.actor, reason=row.words)
        disband(row)
        _phone_team_if_late(row)
        notices.cancelled(row)
    return row


def _phone_team_if_late(visit: HomeVisit) -> None:
    """So near to the visit the two may be at the door before they look at a screen: phone them."""
    setting_off = min(member.commitment.span.lower for member in visit.team.all())
    if setting_off - clock.now() > timedelta(minutes=settings.NUANBAN_LATE_CANCEL_MINUTES):
        return
    ask_a_person(
        key=f"{visit.subject}:phone_team",
        kind="phone_team",
        subject=visit.subject,
        branch_code=visit.branch.code,
        outcome=visit.status,
    )


@dataclass(frozen=True)
class _Ask:
    """What was asked for, by whom."""

    customer: Customer
    version: ServiceVersion
    demand: Demand
    key: str
    asker: Asker


def _promise(
    ask: _Ask, proof: OpenWindow, *, replaces: HomeVisit | None = None, tell: bool = True
) -> HomeVisit:
    """Write everything that a proven window's booking consists of, under the team's lock."""
    visit = _create(ask, proof, replaces)
    enlist(visit, proof.team_day, proof.offer)
    record(visit, "", ask.asker.actor)
    if tell:
        notices.booked(visit)
    timetable.lay_out(visit)
    return visit


def _create(ask: _Ask, proof: OpenWindow, replaces: HomeVisit | None) -> HomeVisit:
    staff_code, customer_code = door_codes.draw()
    low_risk = ask.version.risk == Risk.LOW
    visit = HomeVisit(
        idempotency_key=ask.key,
        branch=proof.branch,
        customer=ask.customer,
        # Whoever asked first goes on hearing of it when somebody else moves the visit.
        representative=ask.asker.representative or (replaces.representative if replaces else None),
        asked_by=ask.asker.kind,
        service_version=ask.version,
        # Low-risk business passes screening by rule; the rest waits for the branch manager.
        status=VisitStatus.APPROVED if low_risk else VisitStatus.REQUESTED,
        window=proof.span,
        starts_at=proof.team_day.moment(proof.offer.start),
        minutes=ask.demand.minutes,
        latitude=ask.demand.door[0],
        longitude=ask.demand.door[1],
        staff_code=staff_code,
        customer_code=customer_code,
        replaces=replaces,
    )
    try:
        with transaction.atomic():
            visit.save()
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", None) == commitments.EXCLUSION_VIOLATION:
            raise AlreadyBooked from error
        raise
    return visit


def enlist(visit: HomeVisit, team_day: TeamDay, offer: Offer) -> None:
    """Promise the team's time: first the neighbours' new journeys, then the new spans.

    Under the lock that the offer was proven under.
    """
    for leg in offer.legs:
        if leg.shift is not None:
            commitments.set_out_at(leg.shift.key, team_day.moment(leg.shift.departs))
    for role, leg in zip(ROLES, offer.legs, strict=True):
        person = team_day.staff[leg.person]
        commitment = commitments.promise(
            staff=person,
            kind=CommitmentKind.VISIT,
            start=team_day.moment(leg.departs),
            end=team_day.moment(leg.ends),
            place=(visit.latitude, visit.longitude),
            arrives_at=team_day.moment(leg.arrives),
        )
        TeamMember.objects.create(visit=visit, role=role, staff=person, commitment=commitment)


def _judge(customer: Customer, version: ServiceVersion, asker: Asker) -> None:
    """Keep on record by which rules we come to this person, or do not."""
    if not customer.has_place:
        raise CustomerUnplaced
    verdict, _decision = decide(
        customer=customer,
        version=version,
        facts=facts_of(customer),
        user=asker.user,
        asked_by=asker.kind,
    )
    if not verdict.may_be_visited:
        raise NotEligible(verdict)


def _check_offered(version: ServiceVersion) -> None:
    """Read again: it may have been retired while the form was open."""
    if not ServiceVersion.objects.offered().at_home().filter(pk=version.pk).exists():
        raise ServiceNotAtHome


def _done_before(key: str, customer: Customer) -> HomeVisit | None:
    """The booking that this form made already, when it is sent a second time."""
    visit = HomeVisit.objects.filter(idempotency_key=key).first()
    if visit is not None and visit.customer_id != customer.pk:
        raise InvalidInput(_("This form was used already. Please begin a new booking."))
    return visit
