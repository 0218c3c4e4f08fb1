"""Rows held against what the gateway accepted and what the crowd was told.

Each finding is a line that names keys and public ids, never a person. ``lost``: promised or said to
be sent, and it is not so. ``doubled``: done twice. ``stuck``: nobody will ever do it. ``wrong``:
done although it no longer applied, or answered with a crash.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, F

from appointments.models import HomeVisit, TeamMember, VisitEvent
from appointments.states import LIVE, VisitStatus
from branches.models import Commitment
from chaos.ledger import Word
from chaos.settling import overdue, unfinished
from workflow.models import DueStep, Message
from workflow.states import MessageStatus, StepStatus

# What a visit is told at most once in its life, and the steps that each visit must have.
ONCE = ("visit_booked", "visit_announced", "visit_reminder", "visit_cancelled")
STEPS = ("nobody_set_off", "nobody_at_the_door", "visit_overruns", "follow_up_call")
OVER = (VisitStatus.CANCELLED, VisitStatus.MOVED)


@dataclass
class Verdict:
    """What was found; all four empty is what was hoped for."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.stuck or self.wrong)

    def lines(self) -> Iterator[str]:
        """Each finding with its sort."""
        for sort in ("lost", "doubled", "stuck", "wrong"):
            for finding in getattr(self, sort):
                yield f"{sort}: {finding}"


def judge(accepted: Mapping[str, int], told: Sequence[Word]) -> Verdict:
    """Compare the rows with the gateway's record and with what was acknowledged."""
    return Verdict(
        lost=[*_promises_lost(told), *_parts_missing(), *_messages_lost(accepted)],
        doubled=[
            *_people_in_two_places(),
            *_booked_twice(),
            *_sent_twice(accepted),
            *_moved_twice(),
            *_told_twice(),
        ],
        stuck=[*_messages_stuck(), *_steps_stuck(), *_holds_stuck()],
        wrong=[*_crashes(told), *_told_after_the_end(), *_steps_at_odds()],
    )


def _crashes(told: Iterable[Word]) -> Iterator[str]:
    for word in told:
        if word.what == "crashed":
            yield f"a customer was answered with {word.key}"


def _promises_lost(told: Iterable[Word]) -> Iterator[str]:
    visits = {str(row.public_id): row for row in HomeVisit.objects.select_related("replaces")}
    for word in told:
        if word.what == "crashed":
            continue
        row = visits.get(word.visit)
        if row is None or (word.key and row.idempotency_key != word.key):
            yield f"{word.what} {word.visit} is not stored"
        elif word.what == "cancelled" and row.status != VisitStatus.CANCELLED:
            yield f"{word.visit} was cancelled and is {row.status}"
        elif word.what == "moved":
            old = row.replaces
            if old is None or str(old.public_id) != word.instead_of or old.status != "moved":
                yield f"{word.visit} does not stand for {word.instead_of}"


def _parts_missing() -> Iterator[str]:
    """A visit is whole: its message, its steps, its event, and two people while it is live."""
    messages = set(Message.objects.filter(kind="visit_booked").values_list("subject", flat=True))
    steps = set(DueStep.objects.filter(kind__in=STEPS).values_list("subject", "kind"))
    events = set(VisitEvent.objects.values_list("visit", "to_status"))
    held = TeamMember.objects.filter(commitment__released_at=None)
    kept = Counter(held.values_list("visit", flat=True))
    for visit in HomeVisit.objects.all():
        if visit.subject not in messages:
            yield f"{visit.subject} has no message"
        for kind in STEPS:
            if (visit.subject, kind) not in steps:
                yield f"{visit.subject} has no step {kind}"
        if (visit.pk, visit.status) not in events:
            yield f"{visit.subject} became {visit.status} without an event"
        if visit.status in LIVE and kept[visit.pk] != 2:
            yield f"{visit.subject} is kept by {kept[visit.pk]} people"


def _messages_lost(accepted: Mapping[str, int]) -> Iterator[str]:
    phoned = set(DueStep.objects.filter(kind="phone_instead").values_list("key", flat=True))
    # What went out within another message arrived, or failed, under that one's key.
    rows = Message.objects.values_list("key", "status", "sent_with__key")
    for key, status, within in rows:
        if status == MessageStatus.DELIVERED and not accepted.get(within or key):
            yield f"message {key} is called delivered and never arrived"
        if status == MessageStatus.FAILED and f"phone:{within or key}" not in phoned:
            yield f"message {key} failed and nobody is asked to phone"


def _people_in_two_places() -> Iterator[str]:
    rows = Commitment.objects.live().order_by("staff", "span")
    for before, after in itertools.pairwise(rows):
        if before.staff_id == after.staff_id and after.span.lower < before.span.upper:
            yield f"staff {before.staff_id} is promised twice at {after.span.lower:%F %R}"


def _booked_twice() -> Iterator[str]:
    """Each customer of the crowd asks for one visit; what takes another's place is no second."""
    first = HomeVisit.objects.filter(replaces=None, idempotency_key__startswith="chaos:")
    again = first.values("customer").annotate(n=Count("pk")).filter(n__gt=1)
    for row in again:
        yield f"customer {row['customer']} is booked {row['n']} times"


def _sent_twice(accepted: Mapping[str, int]) -> Iterator[str]:
    known = set(Message.objects.values_list("key", flat=True))
    for key, times in accepted.items():
        if key not in known:
            yield f"{times} messages went out under a key that no row has"
        elif times > 1:
            yield f"message {key} went out {times} times"


def _moved_twice() -> Iterator[str]:
    moves = VisitEvent.objects.exclude(from_status=F("to_status"))
    rows = moves.values("visit", "to_status").annotate(n=Count("pk")).filter(n__gt=1)
    for row in rows:
        yield f"visit {row['visit']} became {row['to_status']} {row['n']} times"


def _told_twice() -> Iterator[str]:
    rows = Message.objects.filter(kind__in=ONCE).values("subject", "kind")
    for row in rows.annotate(n=Count("pk")).filter(n__gt=1):
        yield f"{row['subject']} was told {row['kind']} {row['n']} times"


def _messages_stuck() -> Iterator[str]:
    for message in unfinished():
        yield f"message {message.key} is {message.status}"


def _steps_stuck() -> Iterator[str]:
    for step in overdue():
        yield f"step {step.key} is {step.status}"


def _holds_stuck() -> Iterator[str]:
    for hold in Commitment.objects.expired_holds():
        yield f"hold {hold.pk} has run out and still binds"


def _told_after_the_end() -> Iterator[str]:
    """Nobody is told who comes after the visit was called off."""
    over = {
        f"visit:{UUID(str(public_id))}": at
        for public_id, at in VisitEvent.objects.filter(to_status__in=OVER).values_list(
            "visit__public_id", F("at")
        )
    }
    told = Message.objects.filter(kind__in=["visit_announced", "visit_reminder"])
    for message in told:
        if message.subject in over and message.queued_at > over[message.subject]:
            yield f"{message.subject} was told {message.kind} after its end"


def _steps_at_odds() -> Iterator[str]:
    """A step says that it announced the team, and the visit says so too; or neither does."""
    said = set(
        DueStep.objects.filter(kind="announce_team", status=StepStatus.DONE).values_list(
            "subject", flat=True
        )
    )
    planned = VisitEvent.objects.filter(to_status=VisitStatus.PLANNED).select_related("visit")
    done = {event.visit.subject for event in planned}
    for subject in sorted(said ^ done):
        yield f"{subject}: the step and the visit disagree about the announcement"
