"""Company that was booked is moved and cancelled at the desk, with a reason and once."""

from typing import Any

import pytest
from django.test import Client

from appointments import escort_times
from branches.models import Commitment
from eldercare.models import Escort
from tests.make import Town, at, by_customer, new_key
from tests.web.desk.conftest import Enter
from workflow.models import Message


@pytest.fixture
def alice(town: Town, enter: Enter) -> Client:
    return enter(town.alice)


@pytest.fixture
def company(town: Town) -> Escort:
    return escort_times.book_escort(
        customer=town.grandmother,
        branch=town.branch,
        version=town.version,
        start=at(14),
        key=new_key(),
        asker=by_customer(),
    )


def path(company: Escort, verb: str = "") -> str:
    return f"/desk/{company.branch.code}/escorts/{company.public_id}/{verb}"


def choices(answer: Any) -> list[str]:
    return [choice.value for day in answer.context["days"] for choice in day.choices]


def test_moves_once_with_a_reason(town: Town, company: Escort, alice: Client) -> None:
    assert path(company, "move/") in alice.get(path(company)).content.decode()
    answer = alice.get(path(company, "move/"))
    assert "20261126T0600Z" not in choices(answer)
    data = {"key": new_key(), "window": "20261126T0615Z", "reason": "at the doctor's"}
    assert alice.post(path(company, "move/"), data).status_code == 409
    # Half an hour later, which only this very booking stood in the way of.
    data["window"] = "20261126T0630Z"
    assert data["window"] in choices(answer)
    for _tap in range(2):
        assert alice.post(path(company, "move/"), data).status_code == 303
    old, new = Escort.objects.order_by("pk")
    assert (old.status, new.status, new.booked_for) == ("cancelled", "booked", at(14, 30))
    assert old.events.get(to_status="cancelled").reason == "at the doctor's"
    assert Commitment.objects.live().get().pk == new.commitment_id
    assert Message.objects.filter(subject=new.subject, kind="escort_booked").count() == 1
    assert b"cannot be moved" in alice.get(path(old, "move/")).content


def test_a_move_without_a_reason_keeps_what_was_chosen(company: Escort, alice: Client) -> None:
    window = choices(alice.get(path(company, "move/")))[1]
    answer = alice.post(path(company, "move/"), {"key": "k", "window": window, "reason": ""})
    assert answer.status_code == 400
    page = " ".join(answer.content.decode().split())
    assert f'value="{window}" checked' in page
    assert Escort.objects.get().status == "booked"


def test_a_time_that_nobody_keeps_is_answered_with_the_nearest(
    company: Escort, alice: Client
) -> None:
    data = {"key": "k", "window": "20261126T1900Z", "reason": "ill"}
    answer = alice.post(path(company, "move/"), data)
    assert answer.status_code == 409
    assert len(choices(answer)) == 3
    assert b'value="ill"' in answer.content
    company.refresh_from_db()
    assert (company.status, company.booked_for) == ("booked", at(14))


def test_cancels_once_with_a_reason(company: Escort, alice: Client) -> None:
    assert alice.post(path(company, "cancel/"), {"reason": " "}).status_code == 400
    assert Escort.objects.get().status == "booked"
    for _tap in range(2):
        assert alice.post(path(company, "cancel/"), {"reason": "ill"}).status_code == 303
    company.refresh_from_db()
    assert company.status == "cancelled"
    assert company.events.get(to_status="cancelled").reason == "ill"
    assert not Commitment.objects.live().exists()


def test_whoever_is_here_is_not_moved_away(
    town: Town, waiting: Escort, alice: Client, enter: Enter
) -> None:
    for verb in ("move/", "cancel/"):
        assert b"They are here already" in alice.get(path(waiting, verb)).content
        assert enter(town.bob).get(path(waiting, verb)).status_code == 404
    data = {"key": "k", "window": "20261126T0600Z", "reason": "x"}
    assert alice.post(path(waiting, "move/"), data).status_code == 409
    assert Escort.objects.get().status == "waiting"
