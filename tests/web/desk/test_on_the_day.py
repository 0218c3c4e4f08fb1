"""Somebody is away today, or a visit takes longer: shown before it is done, and done as shown."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from appointments import visits
from appointments.models import HomeVisit
from appointments.visits import is_whole
from branches.models import Leave, Staff
from tests import make
from tests.make import Town, at, make_town
from tests.web.desk.conftest import Enter
from workflow.due_steps import act_on_due
from workflow.models import DueStep, Message

TODAY = make.TODAY.isoformat()


@pytest.fixture
def town(db: None) -> Town:
    """Four people, of whom two may handle business."""
    return make_town(staff=4)


def address(town: Town, rest: str = "") -> str:
    return f"/desk/{town.branch.code}/on-the-day/{rest}"


def handler(visit: HomeVisit) -> Staff:
    return visit.team.get(role="handler").staff


def shown(client: Client, town: Town, person: Staff, until: str = TODAY) -> str:
    """The mark of the repair that the page shows."""
    answer = client.get(address(town), {"staff": str(person.pk), "until": until})
    assert answer.status_code == 200
    return str(answer.context["repair"].mark)


def say_yes(client: Client, town: Town, person: Staff, mark: str) -> int:
    given = {"staff": person.pk, "until": TODAY, "shown": mark}
    return client.post(address(town, "confirm/"), given).status_code


def test_each_promise_is_shown_with_who_would_keep_it_and_then_kept_so(
    town: Town, enter: Enter, visit: HomeVisit
) -> None:
    client, sick = enter(town.martha), handler(visit)
    page = client.get(address(town)).content.decode()
    assert all(person.name in page for person in town.team)
    page = client.get(address(town), {"staff": str(sick.pk), "until": TODAY}).content.decode()
    assert "kept, same time" in page
    assert Leave.objects.count() == 0
    assert say_yes(client, town, sick, shown(client, town, sick)) == 303
    assert handler(visit) != sick
    assert f"Instead comes {handler(visit).name} ({handler(visit).badge})." in page
    assert Leave.objects.get().staff == sick


def test_what_has_changed_meanwhile_is_shown_again_and_not_done(
    town: Town, enter: Enter, visit: HomeVisit
) -> None:
    client, sick = enter(town.alice), handler(visit)
    mark = shown(client, town, sick)
    other = next(p for p in town.team if p.can_handle and p != sick)
    assert say_yes(client, town, other, shown(client, town, other)) == 303
    assert say_yes(client, town, sick, mark) == 409
    assert handler(visit) == sick
    assert not Leave.objects.filter(staff=sick).exists()


@pytest.mark.parametrize(
    "query", [{"staff": "", "until": TODAY}, {"staff": "1"}, {"until": "soon", "staff": "1"}]
)
def test_questions_without_sense_are_answered_kindly(
    town: Town, enter: Enter, query: dict[str, str]
) -> None:
    answer = enter(town.alice).get(address(town), query)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


def test_colleague_of_another_branch_is_not_there(town: Town, enter: Enter) -> None:
    [stranger] = make.make_staff(town.gaoxin, 1)
    query = {"staff": str(stranger.pk), "until": TODAY}
    assert enter(town.martha).get(address(town), query).status_code == 404


def test_promise_that_cannot_be_kept_is_put_on_the_desk_with_what_to_say(
    db: None, enter: Enter
) -> None:
    town = make_town()
    visit = make_visit(town)
    client, sick = enter(town.martha), handler(visit)
    assert say_yes(client, town, sick, shown(client, town, sick)) == 303
    steps = client.get(f"/desk/{town.branch.code}/steps/").content.decode()
    assert "Please phone and agree how to go on." in steps
    assert "Somebody of the team for" in steps
    page = client.get(f"/desk/{town.branch.code}/visits/{visit.public_id}/").content.decode()
    assert "One of the two cannot come" in page
    again = address(town, f"visits/{visit.public_id}/try-again/")
    assert client.post(again).status_code == 303
    assert not is_whole(visit)
    make_second_team(town)
    assert client.post(again).status_code == 303
    assert is_whole(visit)
    assert client.post(again).status_code == 409
    assert not DueStep.objects.filter(kind="promise_at_risk", status="open").exists()


def make_visit(town: Town) -> HomeVisit:
    from tests.appointments.test_booking import book

    return book(town, at(14, day=make.TODAY))


def make_second_team(town: Town) -> None:
    """A neighbour's people come back from wherever they were."""
    make.make_staff(town.gaoxin, 2)


def test_team_that_stays_longer_says_so_with_one_tap(town: Town, enter: Enter) -> None:
    visit = make_visit(town)
    client = enter(town.alice)
    longer = address(town, f"visits/{visit.public_id}/longer/")
    assert client.post(longer, {"minutes": "30"}).status_code == 409
    act_on_due()
    with time_machine.travel(visit.starts_at - timedelta(minutes=30), tick=False) as clock:
        visits.set_off(visit=visit, actor=town.alice)
        clock.move_to(visit.starts_at)
        visits.arrive(visit=visit, actor=town.alice)
        visits.enter_code(visit=visit, said=visit.customer_code, actor=town.alice)
        assert (
            "15 more minutes"
            in client.get(f"/desk/{town.branch.code}/visits/{visit.public_id}/").content.decode()
        )
        clock.shift(timedelta(minutes=30))
        assert client.post(longer, {"minutes": "7"}).status_code == 400
        assert client.post(longer, {"minutes": "45"}).status_code == 303
        ends = {m.commitment.span.upper for m in visit.team.select_related("commitment")}
        assert ends == {visit.starts_at + timedelta(minutes=75)}
    assert not Message.objects.filter(kind="visit_running_late").exists()
