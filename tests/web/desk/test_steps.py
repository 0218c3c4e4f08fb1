"""Tasks that wait for a person, and the number to phone."""

from typing import Any

import pytest
from django.test import Client

from appointments.booking import book_visit, cancel_visit
from appointments.models import HomeVisit
from eldercare.models import Escort, Reveal
from tests.make import Town, at, by_customer, make_customer, new_key
from tests.web.desk.conftest import Enter
from web.desk.tasks import WHAT_TO_DO
from workflow import due_steps
from workflow.due_steps import ask_a_person
from workflow.models import DueStep
from workflow.states import StepStatus


@pytest.fixture
def step(town: Town, visit: HomeVisit) -> DueStep:
    return ask_a_person(
        key="step",
        kind="phone_customer",
        subject=visit.subject,
        branch_code=town.branch.code,
        outcome="nobody_home",
    )


def path(town: Town, step: DueStep, verb: str) -> str:
    return f"/desk/{town.branch.code}/steps/{step.pk}/{verb}/"


def status(step: DueStep) -> str:
    step.refresh_from_db()
    return step.status


def test_list_says_what_to_do_and_masks_the_number(town: Town, step: DueStep, enter: Enter) -> None:
    page = enter(town.alice).get(f"/desk/{town.branch.code}/steps/").content.decode()
    assert "A visit could not be done. Please phone the customer." in page
    assert "nobody was at home" in page
    assert town.grandmother.masked_phone in page
    assert town.grandmother.phone not in page


def test_step_that_is_about_nothing_we_know_is_still_shown(town: Town, enter: Enter) -> None:
    ask_a_person(key="x", kind="new_kind", subject="other:1", branch_code=town.branch.code)
    page = enter(town.alice).get(f"/desk/{town.branch.code}/steps/").content.decode()
    assert "Please see to this." in page


def test_done_is_on_record_with_who_and_what(town: Town, step: DueStep, enter: Enter) -> None:
    client = enter(town.alice)
    for _tap in range(2):
        answer = client.post(path(town, step, "settle"), {"words": "phoned, comes on Friday"})
        assert answer.status_code == 303
    assert status(step) == StepStatus.DONE
    assert step.outcome == f"{town.alice.full_name}: phoned, comes on Friday"


def test_no_longer_needed(town: Town, step: DueStep, enter: Enter) -> None:
    enter(town.alice).post(path(town, step, "settle"), {"not_needed": "1"})
    assert status(step) == StepStatus.SKIPPED


def test_who_comes_second_is_told(town: Town, step: DueStep, enter: Enter) -> None:
    enter(town.martha).post(path(town, step, "settle"), {"not_needed": "1"})
    answer = enter(town.alice).post(path(town, step, "settle"), {"words": "phoned"})
    assert answer.status_code == 409
    assert b"changed in the meantime" in answer.content
    assert status(step) == StepStatus.SKIPPED


def test_too_many_words_are_kept_and_refused(town: Town, step: DueStep, enter: Enter) -> None:
    answer = enter(town.alice).post(path(town, step, "settle"), {"words": "x" * 151})
    assert answer.status_code == 400
    assert "x" * 151 in answer.content.decode()
    assert status(step) == StepStatus.OPEN


def test_number_is_shown_on_record(town: Town, step: DueStep, enter: Enter) -> None:
    page = enter(town.alice).post(path(town, step, "reveal")).content.decode()
    assert f"tel:{town.grandmother.phone}" in page
    row = Reveal.objects.get()
    assert (row.actor, row.what) == (town.alice, "phone")


@pytest.mark.parametrize("verb", ["settle", "reveal"])
def test_who_may_not(town: Town, step: DueStep, enter: Enter, client: Client, verb: str) -> None:
    assert client.post(path(town, step, verb)).status_code == 302
    assert enter(town.bob).post(path(town, step, verb)).status_code == 404
    assert enter(town.olga).post(path(town, step, verb)).status_code == 403
    assert enter(town.rita).post(path(town, step, verb)).status_code == 403
    assert enter(town.alice).get(path(town, step, verb)).status_code == 405
    elsewhere = f"/desk/{town.gaoxin.code}/steps/{step.pk}/{verb}/"
    assert enter(town.bob).post(elsewhere).status_code == 404
    assert status(step) == StepStatus.OPEN
    assert not Reveal.objects.exists()


def test_somebody_who_waits_is_a_task_with_a_way_to_them(
    town: Town, waiting: Escort, enter: Enter
) -> None:
    ask_a_person(
        key="waits",
        kind="escort_waits_10",
        subject=f"escort:{waiting.public_id}",
        branch_code=town.branch.code,
    )
    page = enter(town.alice).get(f"/desk/{town.branch.code}/steps/").content.decode()
    assert "Somebody waits too long in the lobby." in page
    assert f"/desk/{town.branch.code}/escorts/{waiting.public_id}/" in page
    assert "Show the number" not in page


def test_every_step_that_may_wait_for_a_person_has_words() -> None:
    silent = {
        "announce_team",
        "freeze_day_plan",
        "visit_reminder",
        "escort_reminder",
        "escort_no_show",
    }
    assert set(due_steps._handlers) - silent <= set(WHAT_TO_DO)


def test_list_costs_the_same_however_long(
    town: Town, step: DueStep, waiting: Escort, enter: Enter, django_assert_num_queries: Any
) -> None:
    for n, subject in enumerate([step.subject, f"escort:{waiting.public_id}", "other:1"]):
        ask_a_person(key=f"{n}", kind="x", subject=subject, branch_code=town.branch.code)
    client = enter(town.alice)
    with django_assert_num_queries(9):
        client.get(f"/desk/{town.branch.code}/steps/")


def test_a_team_that_is_called_off_late_is_phoned(
    town: Town, visit: HomeVisit, enter: Enter
) -> None:
    """Grandma Li's visit is today at eleven; her neighbour's is tomorrow."""
    tomorrow = book_visit(
        customer=make_customer(town.branch),
        version=town.version,
        window_start=at(10),
        key=new_key(),
        asker=by_customer(),
    )
    for one in (visit, tomorrow):
        cancel_visit(visit=one, reason="settled", asker=by_customer())
    [step] = DueStep.objects.filter(kind="phone_team")
    assert (step.subject, step.status) == (visit.subject, StepStatus.OPEN)
    page = enter(town.alice).get(f"/desk/{town.branch.code}/steps/").content.decode()
    assert "Please do not set off" in page
    for member in visit.team.select_related("staff"):
        assert member.staff.badge in page
