"""The way to the board, and what stands on it."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from appointments.models import HomeVisit
from branches.models import Branch
from eldercare.models import Escort
from tests import make
from tests.make import Town
from tests.web.desk.conftest import Enter
from web.desk import lobby, shared_board
from web.desk.board import Board, read_board


def test_stranger_is_sent_to_sign_in_and_back(client: Client, town: Town) -> None:
    answer = client.get(f"/desk/{town.branch.code}/")
    assert answer.status_code == 302
    assert answer["Location"] == f"/staff/sign-in/?next=/desk/{town.branch.code}/"


def test_board_whose_session_has_ended_reloads_the_whole_page(client: Client, town: Town) -> None:
    answer = client.get(f"/desk/{town.branch.code}/", headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"
    assert answer.content == b""


def test_one_branch_leads_straight_to_its_board(town: Town, enter: Enter) -> None:
    answer = enter(town.alice).get("/desk/")
    assert (answer.status_code, answer["Location"]) == (303, f"/desk/{town.branch.code}/")


def test_several_branches_are_a_choice(town: Town, enter: Enter) -> None:
    page = enter(town.olga).get("/desk/").content.decode()
    assert f"/desk/{town.branch.code}/" in page
    assert f"/desk/{town.gaoxin.code}/" in page


def test_nobody_without_a_branch_is_left_wondering(town: Town, enter: Enter) -> None:
    page = enter(make.make_user(Role.MANAGER)).get("/desk/").content.decode()
    assert "not attached to a branch" in page


def test_reviewer_has_no_business_at_a_desk(town: Town, enter: Enter) -> None:
    assert enter(town.rita).get("/desk/").status_code == 403
    assert enter(town.rita).get(f"/desk/{town.branch.code}/").status_code == 403


@pytest.mark.parametrize("path", ["", "arrivals/who/", "visits/", "steps/", "faults/", "stock/"])
def test_other_branch_is_not_there(town: Town, enter: Enter, path: str) -> None:
    assert enter(town.bob).get(f"/desk/{town.branch.code}/{path}").status_code == 404
    assert enter(town.zoe).get(f"/desk/{town.branch.code}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["", "arrivals/who/", "visits/", "steps/", "faults/", "stock/"])
def test_pages_open_for_the_assistant_and_stay_out_of_caches(
    town: Town, enter: Enter, path: str
) -> None:
    answer = enter(town.alice).get(f"/desk/{town.branch.code}/{path}")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_board_shows_who_waits_and_for_how_long(town: Town, waiting: Escort, enter: Enter) -> None:
    with time_machine.travel(make.MORNING + timedelta(minutes=21), tick=False):
        page = enter(town.alice).get(f"/desk/{town.branch.code}/").content.decode()
    assert "lady in red" in page
    assert "<strong>21</strong> minutes" in page
    assert "waiting too long" in page
    assert "I am the one to go" in page


def test_board_shows_who_is_with_whom(town: Town, accompanied: Escort, enter: Enter) -> None:
    page = enter(town.martha).get(f"/desk/{town.branch.code}/").content.decode()
    assert f"{town.team[0].name}, since 09:30" in page
    assert "Nobody is waiting." in page
    assert "I go" not in page
    assert "takes longer than planned" not in page
    late = make.MORNING + timedelta(minutes=town.version.minutes + 31)
    with time_machine.travel(late, tick=False):
        page = enter(town.martha).get(f"/desk/{town.branch.code}/").content.decode()
    assert "takes longer than planned" in page


def test_quiet_board_is_left_alone(town: Town, waiting: Escort, enter: Enter) -> None:
    client = enter(town.alice)
    asked = {"HX-Request": "true"}
    board = client.get(f"/desk/{town.branch.code}/", headers=asked)
    assert b"<html" not in board.content
    stamp = board.context["stamp"]
    assert f"?seen={stamp}" in board.content.decode()
    again = client.get(f"/desk/{town.branch.code}/?seen={stamp}", headers=asked)
    assert again.status_code == 204
    with time_machine.travel(make.MORNING + timedelta(minutes=1), tick=False):
        later = client.get(f"/desk/{town.branch.code}/?seen={stamp}", headers=asked)
    assert later.status_code == 200


def test_screens_share_one_board_and_each_sees_it_as_their_own(
    town: Town, waiting: Escort, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[User] = []

    def note(user: User, branch: Branch) -> Board:
        read.append(user)
        return read_board(user, branch)

    monkeypatch.setattr(shared_board, "read_board", note)
    monkeypatch.setattr(lobby, "stamp_of", lambda _branch: f"now-{waiting.pk}")
    asked = {"HX-Request": "true"}
    pages = [
        enter(user).get(f"/desk/{town.branch.code}/", headers=asked).content.decode()
        for user in (town.alice, town.martha, town.martha, town.olga)
    ]
    assert read == [town.alice]
    assert ["lady in red" in page for page in pages] == [True] * 4
    # Alice works here and is free; Martha sends; Olga looks on. No session's token is on any.
    assert ["I am the one to go" in page for page in pages] == [True, False, False, False]
    assert [f"Send {town.team[0].name}" in page for page in pages] == [False, True, True, False]
    assert not any("csrfmiddlewaretoken" in page for page in pages)


def test_board_costs_the_same_however_full(
    town: Town, waiting: Escort, enter: Enter, django_assert_max_num_queries: object
) -> None:
    client = enter(town.alice)
    client.get(f"/desk/{town.branch.code}/")
    with django_assert_max_num_queries(26):  # type: ignore[operator]
        client.get(f"/desk/{town.branch.code}/")


def test_board_is_only_read(town: Town, enter: Enter) -> None:
    assert enter(town.alice).post(f"/desk/{town.branch.code}/").status_code == 405


def test_officer_watches_the_board_and_logs_nobody(
    town: Town, waiting: Escort, enter: Enter
) -> None:
    page = enter(town.olga).get(f"/desk/{town.branch.code}/").content.decode()
    assert "lady in red" in page
    assert "Somebody has come in" not in page


def test_after_hours_nobody_is_called_free_and_everybody_can_stay_on(
    town: Town, waiting: Escort, enter: Enter
) -> None:
    with time_machine.travel(make.at(18, 0, make.TODAY), tick=False):
        client = enter(town.alice)
        board = client.get(f"/desk/{town.branch.code}/")
        assert board.context["board"].free == []
        assert "not on duty" in board.content.decode()
        path = f"/desk/{town.branch.code}/escorts/{waiting.public_id}/"
        assert client.post(f"{path}take/", {"assistant": town.team[0].pk}).status_code == 303


def test_who_is_on_a_visit_is_away(town: Town, visit: HomeVisit, enter: Enter) -> None:
    with time_machine.travel(visit.starts_at, tick=False):
        board = enter(town.alice).get(f"/desk/{town.branch.code}/")
    assert {one.person for one in board.context["board"].away} == set(town.team)
    assert "away until" in board.content.decode()
