"""A visit finds two people again within the window that was promised.

As few new faces as can be, then as near to the old minute as can be, then the shortest journeys.
The people of the branches within reach may mix.
"""

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from appointments import notices, timetable, visits
from appointments.availability import ROUND, Demand, staff_by_branch
from appointments.booking import enlist
from appointments.models import HomeVisit, TeamMember
from appointments.reach import serving_branches
from appointments.states import VisitStatus
from appointments.team_days import TeamDay, team_days
from branches import commitments
from branches.models import Staff
from planning import insertion
from planning.offer import Offer

STRANGER = 10_000  # minutes that a new face weighs: more than any journey


def who_might_come(visit: HomeVisit) -> list[Staff]:
    """The people of the branches within reach of the door, and the team itself."""
    found = staff_by_branch(serving_branches(visit.branch, (visit.latitude, visit.longitude)))
    people = {person.pk: person for team in found.values() for person in team}
    for member in visit.team.select_related("staff__branch"):
        people.setdefault(member.staff_id, member.staff)
    return list(people.values())


def reteam(*, visit: HomeVisit, away: frozenset[int], why: str, actor: visits.Actor) -> bool:
    """Free the team's time and promise it, or other people's, anew; False when nobody can come.

    Then everything is as it was. The window stays. A team that had been announced is announced
    anew when its faces change. The caller holds the locks of everybody who might come.
    """
    members = list(visit.team.select_related("commitment__staff__branch", "staff"))
    with transaction.atomic():
        for member in members:
            commitments.withdraw(member.commitment)
        found = _best(visit, away, {member.staff_id for member in members})
        if found is None:
            transaction.set_rollback(True)
            return False
        _enter(visit, *found)
        visits.record(visit, visit.status, actor, reason=why)
        tell_of_team(visit, {member.staff_id for member in members})
    return True


def _best(visit: HomeVisit, away: frozenset[int], known: set[int]) -> tuple[TeamDay, Offer] | None:
    people = who_might_come(visit)
    door = (visit.latitude, visit.longitude)
    [day] = team_days(people, door, [timezone.localdate(visit.starts_at)])
    start = day.minute(visit.starts_at)
    strangers = {person.pk: STRANGER for person in people if person.pk not in known}
    request = replace(Demand(door, visit.minutes).request(), excluded=away, handicaps=strangers)
    answers = insertion.windows(day.day, request, _minutes(visit, day, start), explain=False)
    offers = [answer for answer in answers if isinstance(answer, Offer)]
    if not offers:
        return None

    def price(offer: Offer) -> tuple[int, int, int]:
        new = sum(leg.person in strangers for leg in offer.legs)
        return new, abs(offer.start - start), offer.added

    return day, min(offers, key=price)


def _minutes(visit: HomeVisit, day: TeamDay, start: int) -> Sequence[insertion.Window]:
    """The old minute, and those of the window that people can say."""
    first, end = day.minute(visit.window.lower), day.minute(visit.window.upper)
    sayable = range(-(-first // ROUND) * ROUND, end, ROUND)
    return [insertion.Window(minute, minute) for minute in (start, *sayable)]


def _enter(visit: HomeVisit, day: TeamDay, offer: Offer) -> None:
    TeamMember.objects.filter(visit=visit).delete()
    enlist(visit, day, offer)
    visit.starts_at = day.moment(offer.start)
    branches = [day.staff[leg.person].branch for leg in offer.legs]
    if visit.branch not in branches:
        visit.branch = branches[0]
    visit.version += 1
    visit.save(update_fields=["starts_at", "branch", "version"])
    timetable.lay_out_again(visit)


def tell_of_team(visit: HomeVisit, known: set[int]) -> None:
    """Whoever was told names is told the new ones; whoever should have been by now, is now.

    ``known`` is the team before. In the transaction that changed it.
    """
    now = set(visit.team.values_list("staff", flat=True))
    if visit.status == VisitStatus.PLANNED and now != known:
        notices.announced(visit)
    elif visit.status == VisitStatus.APPROVED and timetable.announcement_is_over(visit):
        visits.announce(visit)
