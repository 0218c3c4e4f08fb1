"""A holiday is moved by decree after people have booked: they hear of it and choose another day."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.test import Client

from appointments import closed_days, escort_times
from appointments.booking import book_visit
from appointments.models import HomeVisit
from branches.models import CalendarDay, Commitment, RosterException
from eldercare.models import Escort
from tests import make
from tests.make import TOMORROW, Town, at, by_customer, make_town, new_key
from tests.web.elder.conftest import signed_in
from workflow.due_steps import act_on_due
from workflow.models import DueStep, Message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(make.MORNING, tick=False) as moment:
        yield moment


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


@pytest.fixture
def visit(town: Town) -> HomeVisit:
    return book_visit(
        customer=town.grandmother,
        version=town.version,
        window_start=at(10),
        key=new_key(),
        asker=by_customer(),
    )


@pytest.fixture
def escort(town: Town) -> Escort:
    return escort_times.book_escort(
        customer=make.make_customer(town.branch),
        branch=town.branch,
        version=town.version,
        start=at(14),
        key=new_key(),
        asker=by_customer(),
    )


def staff_page(user: object, address: str) -> str:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)  # type: ignore[arg-type]
    return client.get(address).content.decode()


def decree(town: Town, day: date = TOMORROW) -> None:
    """The administrator enters what the State Council has decided, for all branches."""
    client = Client()
    client.force_login(town.admin)
    typed = {"day": day.isoformat(), "is_working": "", "branch": "", "reason": "放假调整"}
    answer = client.post("/admin/branches/calendarday/add/", typed)
    assert answer.status_code == 302, answer.content.decode()


def about(row: HomeVisit | Escort, kind: str) -> list[str]:
    return list(
        Message.objects.filter(subject=row.subject, kind=kind).values_list("body", flat=True)
    )


def test_from_the_decree_to_the_new_day(town: Town, visit: HomeVisit) -> None:
    assert closed_days.sweep() == 0
    decree(town)
    assert closed_days.sweep() == 1
    assert closed_days.sweep() == 0

    [body] = about(visit, "day_closed")
    assert "很抱歉" in body
    assert "11月25日（星期三）11:00至13:00" in body
    step = DueStep.objects.get(kind="day_closed")
    assert (step.subject, step.status, step.branch_code) == (
        visit.subject,
        "open",
        town.branch.code,
    )
    page = staff_page(town.alice, f"/desk/{town.branch.code}/steps/")
    assert "A promised day has become a holiday." in page
    assert "Which other time would suit you?" in page
    assert town.grandmother.phone not in page
    address = f"/desk/{town.branch.code}/visits/{visit.public_id}/"
    assert address in staff_page(town.olga, "/region/closed-days/")
    assert address not in staff_page(town.zoe, "/region/closed-days/")

    phone = signed_in(town.grandmother)
    page = phone.get(f"/bookings/{visit.public_id}/").content.decode()
    assert "this day has become a holiday" in page
    assert f"/bookings/{visit.public_id}/move/" in page
    answer = phone.post(
        f"/bookings/{visit.public_id}/move/check/?window=20261127T0200Z",
        {"key": "one", "window": "20261127T0200Z"},
    )
    assert answer.status_code == 303
    moved = HomeVisit.objects.get(replaces=visit)
    assert moved.window.lower == at(10, day=date(2026, 11, 27))
    step.refresh_from_db()
    assert step.status == "skipped"
    assert closed_days.lost(town.olga) == []
    assert closed_days.sweep() == 0


def test_nobody_is_announced_for_a_closed_day_and_it_may_open_again(
    town: Town, visit: HomeVisit, moment: time_machine.Traveller
) -> None:
    decree(town)
    closed_days.sweep()
    moment.move_to(at(18, 1, make.TODAY))
    act_on_due()
    visit.refresh_from_db()
    assert visit.status == "approved"
    assert about(visit, "visit_announced") == []

    CalendarDay.objects.all().delete()
    assert closed_days.sweep() == 1
    assert closed_days.sweep() == 0
    assert len(about(visit, "day_kept")) == 1
    assert DueStep.objects.get(kind="day_closed").status == "skipped"
    visit.refresh_from_db()
    assert visit.status == "planned"
    assert len(about(visit, "visit_announced")) == 1

    decree(town)
    assert closed_days.sweep() == 1
    assert len(about(visit, "day_closed")) == 2
    assert DueStep.objects.filter(kind="day_closed", status="open").count() == 1


def test_company_at_a_branch_is_spoken_about_too(town: Town, escort: Escort) -> None:
    decree(town)
    assert closed_days.sweep() == 1
    [body] = about(escort, "day_closed")
    assert town.branch.name_zh in body
    assert "11月27日" in body
    assert escort.customer is not None
    assert escort.called in staff_page(town.alice, "/region/closed-days/")
    escort_times.cancel_escort(escort=escort, asker=by_customer())
    assert DueStep.objects.get(kind="day_closed").status == "skipped"
    assert closed_days.sweep() == 0


def test_people_put_on_duty_on_the_holiday_keep_the_promise(town: Town, visit: HomeVisit) -> None:
    for person in town.team:
        RosterException.objects.create(
            staff=person, day=TOMORROW, starts="09:00", ends="17:00", reason="on call"
        )
    decree(town)
    assert closed_days.sweep() == 0
    assert closed_days.lost(town.olga) == []


def test_nothing_is_told_about_what_is_cancelled(town: Town, visit: HomeVisit) -> None:
    phone = signed_in(town.grandmother)
    phone.post(f"/bookings/{visit.public_id}/cancel/", {"why": "settled"})
    decree(town)
    assert closed_days.sweep() == 0
    assert not Message.objects.filter(kind="day_closed").exists()
    assert not Commitment.objects.live().exists()
