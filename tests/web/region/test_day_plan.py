"""The page of a day: looked at, improved, tried without somebody, frozen, announced."""

import re

import pytest
from django.test import Client

from appointments import day_plans, plan_runs, repair
from appointments.models import HomeVisit, PlanRun, PlanSource
from branches.models import Staff
from planning.stop import MaxSteps
from tests.appointments.day_plan_town import book_in_the_north, make_neighbours
from tests.make import TODAY, TOMORROW, Town
from tests.web.region.conftest import Enter
from workflow.models import Message

pytestmark = pytest.mark.django_db
PAGE = f"/region/day-plan/{TOMORROW}/"


@pytest.fixture(autouse=True)
def nobody_is_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appointments.tasks.improve_day.delay", lambda _pk: None)


@pytest.fixture
def near(town: Town) -> list[Staff]:
    return make_neighbours(town)


@pytest.fixture
def visits(town: Town, near: list[Staff]) -> list[HomeVisit]:
    return book_in_the_north(town)


@pytest.fixture
def olga(town: Town, enter: Enter) -> Client:
    return enter(town.olga)


def look(client: Client, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def work() -> PlanRun:
    done = plan_runs.work(PlanRun.objects.live().get().pk, budget=MaxSteps(10_000))
    assert done is not None
    return done


def test_officer_improves_a_day_and_sees_what_changed_and_why(
    olga: Client, town: Town, near: list[Staff], visits: list[HomeVisit]
) -> None:
    assert olga.get("/region/day-plan/")["Location"] == PAGE
    before = look(olga)
    assert "explained with the next search" in before
    assert f"{visits[0].longitude}" not in before, "doors stand within a hundred metres only"
    assert before.count("data-stop=") == 8

    assert olga.post(f"{PAGE}improve/").status_code == 303
    assert olga.post(f"{PAGE}improve/").status_code == 303, "asked twice, searched once"
    waiting = look(olga)
    assert "A search waits for its turn." in waiting
    run = work()
    assert run.asked_by == town.olga
    polled = olga.get(f"{PAGE}runs/{run.public_id}/", headers={"HX-Request": "true"})
    assert polled["HX-Refresh"] == "true"

    after = look(olga)
    assert "A better plan was found and adopted." in after
    saved = run.before["travel"] - run.after["travel"]
    assert f"It saves {int(saved) // 60} h {int(saved) % 60:02d} min on the road." in after
    assert "4 visits are different" in after
    assert after.count("<ins>") == 4 + sum(
        line["start"] != line["start_before"] for line in run.changes
    )
    assert "nobody who has time is nearer" in after
    assert {person.name for person in near} <= set(re.findall(r"<strong>(\w+)</strong>", after))


def test_absence_is_tried_without_changing_anything(
    olga: Client, near: list[Staff], visits: list[HomeVisit], town: Town
) -> None:
    refused = olga.post(f"{PAGE}without/")
    assert refused.status_code == 400
    assert "Who would be absent? Please choose." in refused.content.decode()
    before = list(HomeVisit.objects.values())

    answer = olga.post(f"{PAGE}without/", {"staff": town.team[0].pk})
    page = answer["Location"]
    assert "It waits for its turn." in look(olga, page)
    assert work().status == "tried"
    shown = look(olga, page)
    assert f"If {town.team[0].name} were absent" in shown
    assert "Every visit could still be made within its promised window." in shown
    assert list(HomeVisit.objects.values()) == before
    assert f"without {town.team[0].name}" in look(olga)

    stopped = olga.post(f"{PAGE}without/", {"staff": near[0].pk})["Location"]
    assert olga.post(f"{stopped}stop/").status_code == 303
    assert olga.post(f"{stopped}stop/").status_code == 409
    assert "Stopped by hand: nothing has been changed." in look(olga, stopped)


def test_visit_without_a_team_says_why_and_what_would_let_it_in(
    olga: Client, town: Town, visits: list[HomeVisit], near: list[Staff]
) -> None:
    for person in (town.team[0], near[0]):
        repair.call_in_sick(staff=person, until=TOMORROW, actor=town.martha)
    olga.post(f"{PAGE}improve/")
    assert work().status == "kept"
    page = look(olga)
    assert "Nobody can make these visits" in page
    assert "Nobody within reach who works that day may do it." in page
    assert page.count("somebody is missing") == 4


def test_day_is_frozen_opened_and_announced(
    olga: Client, town: Town, visits: list[HomeVisit]
) -> None:
    assert olga.post(f"{PAGE}freeze/").status_code == 303
    assert "frozen: nothing is changed unless somebody asks for it" in look(olga)
    assert olga.post(f"{PAGE}open/").status_code == 303
    answer = olga.post(f"{PAGE}announce/", follow=True)
    assert "4 customers are told." in answer.content.decode()
    assert Message.objects.filter(kind="visit_announced").count() == 4
    assert olga.post(f"{PAGE}open/").status_code == 303, "the evening has not come yet"


def test_only_whoever_plans_this_region_finds_its_day(
    town: Town, enter: Enter, visits: list[HomeVisit]
) -> None:
    plan = day_plans.plan_for(town.region, TOMORROW)
    run = plan_runs.ask(plan=plan, source=PlanSource.ASKED)
    zoe = enter(town.zoe)
    assert "No home visits on this day." in look(zoe)
    assert zoe.get(f"{PAGE}runs/{run.public_id}/").status_code == 404
    assert zoe.get(f"{PAGE}?region={town.region.code}").status_code == 404
    assert enter(town.martha).get(PAGE).status_code == 403
    admin = enter(town.admin)
    assert "4" in look(admin, f"{PAGE}?region={town.region.code}")
    olga = enter(town.olga)
    assert olga.get("/region/day-plan/someday/").status_code == 404
    assert olga.post("/region/day-plan/2026-11-20/improve/").status_code == 409
    assert olga.post("/region/day-plan/2026-11-20/announce/").status_code == 409
    assert olga.get(f"/region/day-plan/?day={TODAY}")["Location"] == f"/region/day-plan/{TODAY}/"
    assert not PlanRun.objects.exclude(pk=run.pk).exists()
