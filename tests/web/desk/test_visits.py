"""Home visits on the desk: approve, set off, door, code, done; and the door's details on record."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from appointments import visits
from appointments.models import HomeVisit
from appointments.states import VisitStatus
from eldercare.models import Reveal
from tests.make import Town
from tests.web.desk.conftest import Enter
from workflow import due_steps

ADDRESS = "幸福小区3号楼2单元101"


def path(town: Town, visit: HomeVisit, verb: str = "") -> str:
    tail = f"{verb}/" if verb else ""
    return f"/desk/{town.branch.code}/visits/{visit.public_id}/{tail}"


def status(visit: HomeVisit) -> str:
    visit.refresh_from_db()
    return visit.status


@pytest.fixture
def announced(visit: HomeVisit) -> HomeVisit:
    """The team of the low-risk visit has been announced; it is an hour before the start."""
    with time_machine.travel(visit.starts_at - timedelta(hours=1), tick=False):
        due_steps.act_on_due()
    assert status(visit) == VisitStatus.PLANNED
    return visit


@pytest.fixture
def at_the_door(town: Town, announced: HomeVisit) -> HomeVisit:
    with time_machine.travel(announced.starts_at, tick=False):
        visits.set_off(visit=announced, actor=town.alice)
        visits.arrive(visit=announced, actor=town.alice)
    announced.refresh_from_db()
    return announced


VERBS = ["approve", "decline", "set-off", "arrive", "code", "finish", "give-up", "reveal"]


@pytest.mark.parametrize("verb", VERBS)
def test_who_may_not(
    town: Town, risky_visit: HomeVisit, enter: Enter, client: Client, verb: str
) -> None:
    data = {"reason": "unsafe", "said": "0000"}
    assert client.post(path(town, risky_visit, verb), data).status_code == 302
    assert enter(town.bob).post(path(town, risky_visit, verb), data).status_code == 404
    assert enter(town.zoe).post(path(town, risky_visit, verb), data).status_code == 404
    assert enter(town.olga).post(path(town, risky_visit, verb), data).status_code == 403
    assert enter(town.rita).post(path(town, risky_visit, verb), data).status_code == 403
    assert enter(town.alice).get(path(town, risky_visit, verb)).status_code == 405
    assert status(risky_visit) == VisitStatus.REQUESTED
    assert risky_visit.events.count() == 1
    assert not Reveal.objects.exists()


@pytest.mark.parametrize("verb", ["approve", "decline"])
def test_assistant_does_not_decide(
    town: Town, risky_visit: HomeVisit, enter: Enter, verb: str
) -> None:
    data = {"reason": "unsafe"}
    assert enter(town.alice).post(path(town, risky_visit, verb), data).status_code == 403
    assert status(risky_visit) == VisitStatus.REQUESTED


def test_requests_stand_above_the_day(town: Town, risky_visit: HomeVisit, enter: Enter) -> None:
    page = enter(town.martha).get(f"/desk/{town.branch.code}/visits/").content.decode()
    assert "Waiting for approval" in page
    assert path(town, risky_visit, "approve") in page
    assert (
        path(town, risky_visit, "approve")
        not in enter(town.alice).get(f"/desk/{town.branch.code}/visits/").content.decode()
    )


def test_stack_shows_the_day_and_no_address(town: Town, visit: HomeVisit, enter: Enter) -> None:
    day = timezone.localdate(visit.starts_at).isoformat()
    page = enter(town.alice).get(f"/desk/{town.branch.code}/visits/?day={day}").content.decode()
    assert "李奶奶" in page
    assert "幸福小区***" in page
    assert ADDRESS not in page
    assert visit.staff_code not in page


@pytest.mark.parametrize("day", ["yesterday", "2026-02-31", "", "2026-13-01"])
def test_a_day_that_is_none_is_today(town: Town, enter: Enter, day: str) -> None:
    answer = enter(town.alice).get(f"/desk/{town.branch.code}/visits/", {"day": day})
    assert answer.status_code == 200
    assert answer.context["day"] == answer.context["today"]


def test_manager_approves_once(town: Town, risky_visit: HomeVisit, enter: Enter) -> None:
    client = enter(town.martha)
    for _tap in range(2):
        answer = client.post(path(town, risky_visit, "approve"))
        assert answer["Location"] == path(town, risky_visit)
    assert status(risky_visit) == VisitStatus.APPROVED
    assert risky_visit.events.filter(to_status="approved").count() == 1


def test_decline_needs_a_reason(town: Town, risky_visit: HomeVisit, enter: Enter) -> None:
    client = enter(town.martha)
    for reason in ("", "because"):
        answer = client.post(path(town, risky_visit, "decline"), {"reason": reason})
        assert answer.status_code == 400
    assert status(risky_visit) == VisitStatus.REQUESTED
    page = client.get(path(town, risky_visit)).content.decode()
    assert "Instead we offer" in page
    client.post(path(town, risky_visit, "decline"), {"reason": "unsafe"})
    assert (status(risky_visit), risky_visit.reason) == (VisitStatus.DECLINED, "unsafe")


def test_set_off_too_early_says_so(town: Town, announced: HomeVisit, enter: Enter) -> None:
    with time_machine.travel(announced.starts_at - timedelta(hours=3), tick=False):
        answer = enter(town.alice).post(path(town, announced, "set-off"))
    assert answer.status_code == 409
    assert b"too early" in answer.content
    assert status(announced) == VisitStatus.PLANNED


def test_the_whole_visit(town: Town, announced: HomeVisit, enter: Enter) -> None:
    with time_machine.travel(announced.starts_at - timedelta(minutes=30), tick=False):
        client = enter(town.alice)
        assert b"Set off" in client.get(path(town, announced)).content
        client.post(path(town, announced, "set-off"))
        assert status(announced) == VisitStatus.ON_THE_WAY
        client.post(path(town, announced, "arrive"))
        assert status(announced) == VisitStatus.AT_THE_DOOR
        client.post(path(town, announced, "code"), {"said": announced.customer_code})
        assert status(announced) == VisitStatus.SERVING
        answer = client.post(path(town, announced, "finish"), {"words": "explained twice"})
        assert answer["Location"] == f"/desk/{town.branch.code}/visits/"
    assert (status(announced), announced.words) == (VisitStatus.DONE, "explained twice")


def test_wrong_code_says_how_many_tries_are_left(
    town: Town, at_the_door: HomeVisit, enter: Enter
) -> None:
    answer = enter(town.alice).post(path(town, at_the_door, "code"), {"said": "no code"})
    assert answer.status_code == 409
    assert b"Tries left: 4." in answer.content
    assert status(at_the_door) == VisitStatus.AT_THE_DOOR


def test_empty_code_costs_no_try(town: Town, at_the_door: HomeVisit, enter: Enter) -> None:
    answer = enter(town.alice).post(path(town, at_the_door, "code"), {"said": ""})
    assert answer.status_code == 400
    at_the_door.refresh_from_db()
    assert at_the_door.code_tries == 0


def test_five_wrong_codes_stop_the_visit(town: Town, at_the_door: HomeVisit, enter: Enter) -> None:
    client = enter(town.alice)
    for _try in range(5):
        answer = client.post(path(town, at_the_door, "code"), {"said": "no code"})
    assert b"Five codes did not fit" in answer.content
    assert status(at_the_door) == VisitStatus.NOT_DONE


def test_giving_up_needs_a_reason_and_keeps_the_words(
    town: Town, at_the_door: HomeVisit, enter: Enter
) -> None:
    client = enter(town.alice)
    answer = client.post(path(town, at_the_door, "give-up"), {"words": "dog barked"})
    assert answer.status_code == 400
    assert b'value="dog barked"' in answer.content
    assert status(at_the_door) == VisitStatus.AT_THE_DOOR
    data = {"reason": "nobody_home", "words": "dog barked"}
    for _tap in range(2):
        assert client.post(path(town, at_the_door, "give-up"), data).status_code == 303
    assert (status(at_the_door), at_the_door.words) == (VisitStatus.NOT_DONE, "dog barked")
    assert client.get(path(town, at_the_door)).status_code == 200


def test_team_sees_the_door_and_it_is_on_record(town: Town, visit: HomeVisit, enter: Enter) -> None:
    client = enter(town.alice)
    answer = client.post(path(town, visit, "reveal"))
    page = answer.content.decode()
    assert ADDRESS in page
    assert visit.staff_code in page
    assert visit.customer_code not in page
    assert "no-store" in answer["Cache-Control"]
    rows = Reveal.objects.values_list("actor", "customer", "what", "why")
    assert set(rows) == {
        (town.alice.pk, town.grandmother.pk, "address", visit.subject),
        (town.alice.pk, town.grandmother.pk, "phone", visit.subject),
    }
    assert ADDRESS not in client.get(path(town, visit)).content.decode()


def test_colleague_who_does_not_go_sees_no_door(town: Town, visit: HomeVisit, enter: Enter) -> None:
    from tests.make import make_user

    carol = make_user(branches=[town.branch])
    answer = enter(carol).post(path(town, visit, "reveal"))
    assert answer.status_code == 403
    assert ADDRESS not in answer.content.decode()
    assert not Reveal.objects.exists()


def test_door_closes_with_the_visit(town: Town, at_the_door: HomeVisit, enter: Enter) -> None:
    data = {"reason": "refused"}
    client = enter(town.martha)
    client.post(path(town, at_the_door, "give-up"), data)
    answer = client.post(path(town, at_the_door, "reveal"))
    assert answer.status_code == 409
    assert not Reveal.objects.exists()


def test_stack_costs_the_same_however_high(
    town: Town,
    visit: HomeVisit,
    risky_visit: HomeVisit,
    enter: Enter,
    django_assert_num_queries: Any,
) -> None:
    day = timezone.localdate(visit.starts_at).isoformat()
    client = enter(town.martha)
    with django_assert_num_queries(9):
        answer = client.get(f"/desk/{town.branch.code}/visits/?day={day}")
    assert len(answer.context["asked"]) + len(answer.context["cards"]) == 2
