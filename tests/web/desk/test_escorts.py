"""One person in the lobby: taken, handed over, finished, left."""

import pytest
from django.test import Client

from branches.queries import kits_left
from eldercare import escorts
from eldercare.models import Escort
from eldercare.states import EscortStatus
from tests.make import Town
from tests.web.desk.conftest import Enter


def path(town: Town, escort: Escort, verb: str = "") -> str:
    tail = f"{verb}/" if verb else ""
    return f"/desk/{town.branch.code}/escorts/{escort.public_id}/{tail}"


ORDERS = [
    ("take", {"assistant": "1"}),
    ("hand-over", {"assistant": "1", "reason": "my break"}),
    ("finish", {"outcome": "done"}),
    ("leave", {"reason": "will come back"}),
]


@pytest.mark.parametrize(("verb", "data"), ORDERS)
def test_who_may_not(
    town: Town, waiting: Escort, enter: Enter, client: Client, verb: str, data: dict[str, str]
) -> None:
    assert client.post(path(town, waiting, verb), data).status_code == 302
    assert enter(town.bob).post(path(town, waiting, verb), data).status_code == 404
    assert enter(town.olga).post(path(town, waiting, verb), data).status_code == 403
    assert enter(town.rita).post(path(town, waiting, verb), data).status_code == 403
    assert enter(town.alice).get(path(town, waiting, verb)).status_code == 405
    waiting.refresh_from_db()
    assert waiting.status == EscortStatus.WAITING
    assert waiting.events.count() == 1


def test_escort_under_another_branch_is_not_there(
    town: Town, waiting: Escort, enter: Enter
) -> None:
    wrong = f"/desk/{town.gaoxin.code}/escorts/{waiting.public_id}/"
    assert enter(town.bob).get(wrong).status_code == 404
    assert enter(town.olga).get(wrong).status_code == 404


def test_page_offers_the_free_colleagues(town: Town, waiting: Escort, enter: Enter) -> None:
    page = enter(town.alice).get(path(town, waiting)).content.decode()
    assert "I go" in page
    assert town.team[1].name in page


def test_officer_reads_and_gets_no_buttons(town: Town, waiting: Escort, enter: Enter) -> None:
    page = enter(town.olga).get(path(town, waiting)).content.decode()
    assert "lady in red" in page
    assert "/take/" not in page


def test_one_tap_takes_and_a_second_changes_nothing(
    town: Town, waiting: Escort, enter: Enter
) -> None:
    client = enter(town.alice)
    for _tap in range(2):
        answer = client.post(path(town, waiting, "take"), {"assistant": town.team[0].pk})
        assert answer["Location"] == f"/desk/{town.branch.code}/"
    waiting.refresh_from_db()
    assert (waiting.status, waiting.assistant) == (EscortStatus.ACCOMPANIED, town.team[0])
    assert waiting.events.count() == 2


def test_who_was_slower_is_told_kindly(town: Town, accompanied: Escort, enter: Enter) -> None:
    data = {"assistant": town.team[1].pk}
    answer = enter(town.martha).post(path(town, accompanied, "take"), data)
    assert answer.status_code == 409
    accompanied.refresh_from_db()
    assert accompanied.assistant == town.team[0]


def test_colleague_of_another_branch_cannot_be_sent(
    town: Town, waiting: Escort, enter: Enter
) -> None:
    from tests.make import make_staff

    [stranger] = make_staff(town.gaoxin, 1)
    answer = enter(town.alice).post(path(town, waiting, "take"), {"assistant": stranger.pk})
    assert answer.status_code == 404
    waiting.refresh_from_db()
    assert waiting.status == EscortStatus.WAITING


@pytest.mark.parametrize("who", ["", "somebody", "-1"])
def test_take_by_nobody_is_asked_again(town: Town, waiting: Escort, enter: Enter, who: str) -> None:
    answer = enter(town.alice).post(path(town, waiting, "take"), {"assistant": who})
    assert answer.status_code == 400
    waiting.refresh_from_db()
    assert waiting.status == EscortStatus.WAITING


def test_hand_over_keeps_the_reason_and_the_clock(
    town: Town, accompanied: Escort, enter: Enter
) -> None:
    data = {"assistant": town.team[1].pk, "reason": "my break"}
    client = enter(town.alice)
    assert client.post(path(town, accompanied, "hand-over"), data).status_code == 303
    assert client.post(path(town, accompanied, "hand-over"), data).status_code == 303
    since = accompanied.taken_at
    accompanied.refresh_from_db()
    assert (accompanied.assistant, accompanied.taken_at) == (town.team[1], since)
    reasons = accompanied.events.values_list("reason", flat=True)
    assert list(reasons) == ["", "", "my break", "my break"]


def test_hand_over_of_whom_somebody_handed_over_meanwhile_is_refused(
    town: Town, accompanied: Escort, enter: Enter
) -> None:
    client, seen = enter(town.martha), town.team[0].pk
    page = client.get(path(town, accompanied)).content.decode()
    assert f'name="seen" value="{seen}"' in page
    data = {"assistant": town.team[1].pk, "reason": "my break", "seen": town.team[1].pk}
    answer = client.post(path(town, accompanied, "hand-over"), data)
    assert answer.status_code == 409
    accompanied.refresh_from_db()
    assert accompanied.assistant == town.team[0]


def test_hand_over_needs_a_reason_and_stays_open(
    town: Town, accompanied: Escort, enter: Enter
) -> None:
    data = {"assistant": town.team[1].pk}
    answer = enter(town.alice).post(path(town, accompanied, "hand-over"), data)
    assert answer.status_code == 400
    assert b"Please say in a few words why." in answer.content
    accompanied.refresh_from_db()
    assert accompanied.assistant == town.team[0]


def test_finish_with_a_kit_leaves_the_shelf_once(
    town: Town, accompanied: Escort, enter: Enter
) -> None:
    data = {"outcome": "password reset, explained twice", "kit_given": "on"}
    client = enter(town.alice)
    for _tap in range(2):
        assert client.post(path(town, accompanied, "finish"), data).status_code == 303
    accompanied.refresh_from_db()
    assert accompanied.status == EscortStatus.DONE
    assert accompanied.outcome == "password reset, explained twice"
    assert kits_left(town.alice, town.branch) == 39


def test_finish_without_words_keeps_the_kit_ticked(
    town: Town, accompanied: Escort, enter: Enter
) -> None:
    data = {"outcome": "", "kit_given": "on"}
    answer = enter(town.alice).post(path(town, accompanied, "finish"), data)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Please say what was done." in page
    assert 'name="kit_given" checked' in page
    assert kits_left(town.alice, town.branch) == 40


def test_finish_of_who_still_waits_is_refused(town: Town, waiting: Escort, enter: Enter) -> None:
    answer = enter(town.alice).post(path(town, waiting, "finish"), {"outcome": "done"})
    assert answer.status_code == 409
    assert b"changed in the meantime" in answer.content
    waiting.refresh_from_db()
    assert waiting.status == EscortStatus.WAITING


def test_leaving_is_on_record(town: Town, waiting: Escort, enter: Enter) -> None:
    data = {"reason": "did not want to wait"}
    for _tap in range(2):
        assert enter(town.alice).post(path(town, waiting, "leave"), data).status_code == 303
    waiting.refresh_from_db()
    assert waiting.status == EscortStatus.LEFT
    last = waiting.events.last()
    assert last is not None
    assert last.reason == "did not want to wait"
    page = enter(town.alice).get(path(town, waiting)).content.decode()
    assert "did not want to wait" in page


def test_who_is_done_does_not_leave(town: Town, accompanied: Escort, enter: Enter) -> None:
    escorts.finish(escort=accompanied, outcome="done", kit_given=False, actor=town.alice)
    answer = enter(town.alice).post(path(town, accompanied, "leave"), {"reason": "left"})
    assert answer.status_code == 409
    assert b"changed in the meantime" in answer.content
