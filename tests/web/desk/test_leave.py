"""Leave on pages: consequences before asking, and no grant before each promise is kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from appointments.models import HomeVisit
from appointments.restaffing import what_they_are_about, who_can_take
from branches import leave
from branches.models import Commitment, Leave, Staff, SwapRequest
from branches.roster import change_day
from tests.make import TODAY, TOMORROW, Town, make_town, make_user
from tests.web.desk.conftest import Enter

AFTER = TOMORROW + timedelta(days=1)


@pytest.fixture
def town(db: None) -> Town:
    """A team of four; Alice and Ben are the first two."""
    town = make_town(staff=4)
    for person, user in zip(
        town.team, (town.alice, make_user(branches=[town.branch])), strict=False
    ):
        person.user = user
        person.save(update_fields=["user"])
    return town


def page(town: Town, rest: str = "") -> str:
    return f"/desk/{town.branch.code}/roster/leave/{rest}"


def asked(town: Town, person: Staff) -> Leave:
    return leave.ask(staff=person, first=TODAY, last=AFTER, actor=town.alice, words="my back")


def days(**more: object) -> dict[str, Any]:
    return {"first": str(TOMORROW), "last": str(AFTER)} | more


def test_what_it_means_is_shown_before_it_is_asked(town: Town, enter: Enter) -> None:
    alice = enter(town.alice)
    assert "No promise stands in the way." in alice.get(page(town, "ask/"), days()).content.decode()
    assert not Leave.objects.exists()
    answer = alice.post(page(town, "send/"), days(words="my back"))
    row = Leave.objects.get()
    assert answer["Location"] == page(town, f"{row.pk}/")
    assert (row.staff, row.first, row.last, row.words) == (
        town.team[0],
        TOMORROW,
        AFTER,
        "my back",
    )
    assert "my back" in enter(town.martha).get(page(town, f"{row.pk}/")).content.decode()


def test_promises_are_named_before_asking(town: Town, enter: Enter, visit: HomeVisit) -> None:
    person = visit.team.get(role="handler").staff
    found = enter(town.martha).get(
        page(town, "ask/"), {"staff": str(person.pk), "first": str(TODAY), "last": str(AFTER)}
    )
    assert f"/visits/{visit.public_id}/" in found.content.decode()


IMPOSSIBLE: list[tuple[dict[str, str], str]] = [
    ({"first": "2026-11-01"}, "From a day to come until a later one, please."),
    ({"last": "2026-11-01"}, "From a day to come until a later one, please."),
    ({"last": "9999-12-31"}, "From a day to come until a later one, please."),
    ({"first": "soon"}, "Please give a day such as 2026-11-30."),
    ({"first": ""}, "Which day, please?"),
]


def test_impossible_days_are_refused_with_what_was_typed(town: Town, enter: Enter) -> None:
    alice = enter(town.alice)
    for said, words in IMPOSSIBLE:
        typed = days() | said
        for answer in (
            alice.get(page(town, "ask/"), typed),
            alice.post(page(town, "send/"), typed),
        ):
            assert answer.status_code == 400
            assert words in answer.content.decode()
            assert f'value="{typed["last"]}"' in answer.content.decode()
    assert not Leave.objects.exists()


def test_others_leave_is_none_of_ones_business(town: Town, enter: Enter) -> None:
    ben = enter(town.team[1].user)  # type: ignore[arg-type]
    row = asked(town, town.team[0])
    assert ben.get(page(town, f"{row.pk}/")).status_code == 404
    assert ben.post(page(town, f"{row.pk}/withdraw/")).status_code == 404
    assert "my back" not in ben.get(page(town)).content.decode()
    alice = enter(town.alice)
    assert alice.post(page(town, f"{row.pk}/grant/")).status_code == 403
    # An assistant asks for herself, whatever the form says.
    alice.post(page(town, f"{row.pk}/withdraw/"))
    alice.post(page(town, "send/"), days(staff=town.team[1].pk))
    assert set(Leave.objects.values_list("staff", "status")) == {
        (town.team[0].pk, "cancelled"),
        (town.team[0].pk, "requested"),
    }


def test_granted_once_each_promise_is_given_away(
    town: Town, enter: Enter, visit: HomeVisit
) -> None:
    martha, person = enter(town.martha), visit.team.get(role="handler").staff
    row = asked(town, person)
    path = page(town, f"{row.pk}/")
    refused = martha.post(f"{path}grant/")
    assert refused.status_code == 409
    assert "Customers count on this." in refused.content.decode()
    assert visit.customer.called in refused.content.decode()
    row.refresh_from_db()
    assert row.status == "requested"

    [commitment] = Commitment.objects.live().filter(staff=person)
    [promise] = what_they_are_about([commitment])
    [able, *_more] = who_can_take(promise)
    gone = martha.post(f"{path}give/", {"promise": commitment.pk, "to": person.pk})
    assert gone.status_code == 409
    assert "Please choose again." in gone.content.decode()
    martha.post(f"{path}give/", {"promise": commitment.pk, "to": able.pk})
    assert visit.team.get(role="handler").staff == able
    assert "No promise stands in the way." in martha.get(path).content.decode()
    for _twice in range(2):
        assert martha.post(f"{path}grant/").status_code == 303
    row.refresh_from_db()
    assert (row.status, row.events.count()) == ("approved", 2)


def test_refused_with_a_reason(town: Town, enter: Enter) -> None:
    martha, row = enter(town.martha), asked(town, town.team[0])
    answer = martha.post(page(town, f"{row.pk}/decline/"), {"reason": " "})
    assert answer.status_code == 400
    assert "Please say why." in answer.content.decode()
    martha.post(page(town, f"{row.pk}/decline/"), {"reason": "too few of us"})
    assert Leave.objects.get().status == "declined"
    assert "too few of us" in enter(town.alice).get(page(town, f"{row.pk}/")).content.decode()


# Swaps ------------------------------------------------------------------------------


def swaps(town: Town, rest: str = "") -> str:
    return f"/desk/{town.branch.code}/roster/swaps/{rest}"


def test_swap_from_asking_to_the_roster(town: Town, enter: Enter) -> None:
    ben = town.team[1]
    change_day(staff=ben, day=TOMORROW, hours=None, reason="off")
    alice, martha = enter(town.alice), enter(town.martha)
    colleague = enter(ben.user)  # type: ignore[arg-type]
    data = {"second": ben.pk, "first_day": str(TOMORROW), "reason": "dentist"}
    assert alice.post(swaps(town, "ask/"), data).status_code == 303
    row = SwapRequest.objects.get()
    assert "I agree" in colleague.get(swaps(town)).content.decode()
    assert "I agree" not in alice.get(swaps(town)).content.decode()
    assert martha.post(swaps(town, f"{row.pk}/agree/")).status_code == 403
    assert alice.post(swaps(town, f"{row.pk}/confirm/")).status_code == 403
    assert martha.post(swaps(town, f"{row.pk}/confirm/")).status_code == 409
    assert colleague.post(swaps(town, f"{row.pk}/agree/")).status_code == 303
    for _twice in range(2):
        assert martha.post(swaps(town, f"{row.pk}/confirm/")).status_code == 303
    row.refresh_from_db()
    assert (row.status, row.swap is not None) == ("done", True)


def test_swap_that_is_refused_keeps_what_was_typed(
    town: Town, enter: Enter, client: Client
) -> None:
    ben = town.team[1]
    data = {"second": ben.pk, "first_day": str(TOMORROW), "reason": "dentist"}
    answer = enter(town.alice).post(swaps(town, "ask/"), data)
    assert answer.status_code == 400
    assert "They have the same hours on these days." in answer.content.decode()
    assert 'value="dentist"' in answer.content.decode()
    far = enter(town.alice).post(swaps(town, "ask/"), data | {"last_day": "9999-12-31"})
    assert "Two weeks at most" in far.content.decode()
    assert enter(town.olga).post(swaps(town, "ask/"), data).status_code == 400
    assert not SwapRequest.objects.exists()
