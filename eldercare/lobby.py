"""The lobby of one branch as dispatch sees it: who waits, and who could go."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils import timezone

from branches.models import Branch, Staff, StaffSkill
from branches.models.skill import Skill
from branches.queries import Duty, live_commitments
from eldercare import dispatch
from eldercare.dispatch import Assistant, Proposal, Waiting
from eldercare.models import Escort
from eldercare.models.customer import Need
from eldercare.models.service import Risk
from eldercare.states import EscortStatus
from foundation import clock

# How far back a face is known, and practice counts.
MEMORY = timedelta(days=365)
# Whoever has stood at the side of so many people in a business is practised in it.
PRACTISED = 5
# Whoever is later than expected may be done any minute; nobody knows it to be now.
ANY_MINUTE = 1.0

# Nobody chooses their company for these.
NOT_SPOKEN = frozenset({Skill.FIRST_AID})

Pair = tuple[int, int]


@dataclass(frozen=True)
class Suggestion:
    """Send ``assistant`` to ``escort`` now, and why; a person may always choose otherwise."""

    escort: Escort
    assistant: Staff
    proposal: Proposal


def suggestions(branch: Branch, open_escorts: Sequence[Escort]) -> list[Suggestion]:
    """Who should go to whom in this branch right now, most urgent first; ten queries at most.

    ``open_escorts``: everybody on the branch's board, waiting and accompanied.
    """
    now = clock.now()
    queue = [one for one in open_escorts if one.status == EscortStatus.WAITING]
    if not queue:
        return []
    people = {person.pk: person for person in branch.staff.active().select_related("branch")}
    proposals = dispatch.propose(
        _waiting(queue, now, _Past(queue, people)),
        _staff(list(people.values()), open_escorts, now),
        keep_free=branch.keep_free,
    )
    by_key = {one.pk: one for one in queue}
    return [Suggestion(by_key[p.waiting], people[p.assistant], p) for p in proposals]


def skills_of(people: Iterable[Staff]) -> Mapping[int, frozenset[str]]:
    """What each of these people can do, by primary key: one query."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = StaffSkill.objects.filter(staff__in=[person.pk for person in people])
    for pk, skill in rows.values_list("staff_id", "skill"):
        found[pk].add(skill)
    return {person.pk: frozenset(found[person.pk]) for person in people}


def spoken_at(branch: Branch) -> list[Skill]:
    """What a customer may wish for here: languages and signs that somebody of the branch has."""
    had = set(
        StaffSkill.objects.filter(staff__branch=branch, staff__is_active=True)
        .order_by()
        .values_list("skill", flat=True)
        .distinct()
    )
    return [skill for skill in Skill if skill in had - NOT_SPOKEN]


class _Past:
    """Who has been at whose side, and in what business, over the last year."""

    def __init__(self, queue: Sequence[Escort], people: Iterable[int]) -> None:
        done = Escort.objects.filter(
            assistant__in=list(people),
            status=EscortStatus.DONE,
            finished_at__gte=clock.now() - MEMORY,
        ).order_by()
        customers = {one.customer_id for one in queue if one.customer_id is not None}
        self._faces: set[Pair] = set(
            done.filter(customer__in=customers).values_list("customer_id", "assistant_id")
        )
        services = {one.service_version.service_id for one in queue}
        counted = (
            done.filter(service_version__service__in=services)
            .values_list("service_version__service_id", "assistant_id")
            .annotate(Count("pk"))
        )
        self._practised = {(service, who) for service, who, times in counted if times >= PRACTISED}

    def familiar(self, one: Escort) -> frozenset[int]:
        """Who has been at this person's side before, or whom they like to be served by."""
        if one.customer is None:
            return frozenset()
        known = {who for customer, who in self._faces if customer == one.customer_id}
        if one.customer.preferred_staff_id is not None:
            known.add(one.customer.preferred_staff_id)
        return frozenset(known)

    def practised(self, one: Escort) -> frozenset[int]:
        service = one.service_version.service_id
        return frozenset(who for business, who in self._practised if business == service)


def _waiting(queue: Sequence[Escort], now: datetime, past: _Past) -> list[Waiting]:
    return [
        Waiting(
            key=one.pk,
            waited=max(0.0, _minutes(now - one.arrived_at)),
            minutes=one.service_version.minutes,
            # Whoever wants a language is heard best by somebody who has it, which is a skill.
            needs=len(set(one.needs) - {Need.DIALECT}) + bool(one.wanted_skills),
            age=one.customer.age if one.customer else 0,
            booked=one.booked_for is not None,
            complex=one.service_version.risk == Risk.HIGH,
            skills=frozenset(one.wanted_skills),
            familiar=past.familiar(one),
            practised=past.practised(one),
        )
        for one in queue
    ]


def _staff(people: Sequence[Staff], rows: Iterable[Escort], now: datetime) -> list[Assistant]:
    """Everybody on duty whom no other promise keeps away right now."""
    today = timezone.localdate(now)
    duty, promised = Duty(people, today, today), live_commitments(people, now, now + MEMORY)
    with_them = {one.assistant_id: one for one in rows if one.status == EscortStatus.ACCOMPANIED}
    skills, busy = skills_of(people), _busy_today(people, now)
    found = []
    for person in people:
        span, escort = duty.span(person, today), with_them.get(person.pk)
        others = [
            row
            for row in promised.get(person.pk, [])
            if not escort or row.pk != escort.commitment_id
        ]
        if span is None or not span[0] <= now < span[1] or any(r.span.lower <= now for r in others):
            continue
        found.append(
            Assistant(
                person.pk,
                free_in=_free_in(escort, now),
                leaves_in=_minutes(min([span[1], *(row.span.lower for row in others)]) - now),
                busy=busy[person.pk],
                skills=skills[person.pk],
            )
        )
    return found


def _free_in(escort: Escort | None, now: datetime) -> float:
    if escort is None or escort.commitment is None:
        return 0.0
    return max(ANY_MINUTE, _minutes(escort.commitment.span.upper - now))


def _busy_today(people: Sequence[Staff], now: datetime) -> Counter[int]:
    """How many minutes each has been at somebody's side since midnight."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Escort.objects.filter(
        assistant__in=[person.pk for person in people], taken_at__gte=midnight
    ).values_list("assistant_id", "taken_at", "finished_at")
    busy: Counter[int] = Counter()
    for who, taken, finished in rows:
        if who is not None and taken is not None:
            busy[who] += math.ceil(_minutes((finished or now) - taken))
    return busy


def _minutes(span: timedelta) -> float:
    return span.total_seconds() / 60.0
