"""How messages go, for officers: figures, failures with a button, and the texts themselves."""

from datetime import timedelta

import pytest
from django.test import Client

from foundation import clock
from tests.appointments.test_booking import book
from tests.make import Town
from tests.web.region.conftest import Enter
from workflow import heartbeats, texts
from workflow.due_steps import schedule
from workflow.models import DueStep, Message, MessageEvent
from workflow.outbox import queue_message
from workflow.texts import compose


def queue(town: Town, key: str, *, branch: str = "", status: str = "failed") -> Message:
    text = compose("visit_approved", {"service": "pension", "when": "soon"})
    message = queue_message(
        key=key,
        kind="visit_approved",
        subject="visit:00000000-0000-0000-0000-000000000001",
        to="13812345678",
        text=text,
        branch_code=branch or town.branch.code,
    )
    delivered = clock.now() if status == "delivered" else None
    Message.objects.filter(pk=message.pk).update(
        status=status, failure="isv.MOBILE_NUMBER_ILLEGAL", delivered_at=delivered
    )
    return message


def test_page_tells_what_waits_what_failed_and_who_is_silent(town: Town, enter: Enter) -> None:
    queue(town, "failed")
    queue(town, "arrived", status="delivered")
    queue(town, "elsewhere", branch="far-away")
    late = queue(town, "late", status="queued")
    Message.objects.filter(pk=late.pk).update(next_try_at=clock.now() - timedelta(hours=2))
    schedule(key="s", kind="k", subject="visit:1", due_at=clock.now(), branch_code=town.branch.code)
    heartbeats.sign("beat")
    page = enter(town.olga).get("/region/operations/").content.decode()
    assert "the oldest should have gone 2" in page
    assert "138****5678" in page
    assert "13812345678" not in page
    assert page.count("isv.MOBILE_NUMBER_ILLEGAL") == 1
    assert "50 %" in page
    assert page.count("<span>silent</span>") == 3
    everywhere = enter(town.admin).get("/region/operations/").content.decode()
    assert everywhere.count("isv.MOBILE_NUMBER_ILLEGAL") == 2


def test_a_failure_is_sent_again_on_record(town: Town, enter: Enter) -> None:
    message = queue(town, "failed")
    path = f"/region/operations/messages/{message.pk}/again/"
    assert enter(town.olga).post(path).status_code == 303
    message.refresh_from_db()
    assert (message.status, MessageEvent.objects.get().actor) == ("queued", town.olga)
    answer = enter(town.olga).post(path)
    assert answer.status_code == 409
    assert "changed in the meantime" in answer.content.decode()
    assert MessageEvent.objects.count() == 1


def test_who_may_not_send_again(town: Town, enter: Enter, client: Client) -> None:
    message = queue(town, "failed")
    path = f"/region/operations/messages/{message.pk}/again/"
    assert client.post(path).status_code == 302
    assert enter(town.zoe).post(path).status_code == 404
    for user in (town.martha, town.alice, town.rita):
        assert enter(user).post(path).status_code == 403
    assert enter(town.olga).get(path).status_code == 405
    message.refresh_from_db()
    assert (message.status, MessageEvent.objects.count()) == ("failed", 0)


def test_every_text_can_be_seen_with_its_parts(town: Town, enter: Enter) -> None:
    client = enter(town.olga)
    page = client.get("/region/texts/").content.decode()
    for template in texts.all_templates():
        assert f"/region/texts/{template.code}/" in page
        assert client.get(f"/region/texts/{template.code}/").status_code == 200
    assert client.get("/region/texts/nothing/").status_code == 404


def test_preview_with_real_data_hides_the_codes(town: Town, enter: Enter) -> None:
    visit = book(town)
    page = enter(town.olga).get("/region/texts/visit_announced/").content.decode()
    assert visit.team.all()[0].staff.name in page
    assert "••••" in page
    assert visit.staff_code not in page
    assert visit.customer_code not in page
    # Another region's officer sees samples only.
    assert "••••" not in enter(town.zoe).get("/region/texts/visit_announced/").content.decode()


@pytest.mark.parametrize("n", [1, 5])
def test_page_costs_the_same_however_much_failed(
    town: Town, enter: Enter, n: int, django_assert_num_queries: object
) -> None:
    for number in range(n):
        queue(town, f"failed {number}")
    client = enter(town.olga)
    with django_assert_num_queries(9):  # type: ignore[operator]  # pytest-django's own type
        client.get("/region/operations/")
    assert DueStep.objects.count() == 0
