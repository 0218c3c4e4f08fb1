"""Booking at the desk: one page, certain times, refusals beside the form, nothing typed lost."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from appointments import visits
from appointments.availability import demand_for, next_windows
from appointments.booking import book_visit
from appointments.models import HomeVisit, VisitEvent, Wish
from appointments.states import VisitStatus
from branches.models import Commitment
from eldercare.models import Consent, Customer, Escort
from foundation import clock
from tests import make
from tests.make import TOMORROW, Town
from tests.web.desk.conftest import Enter
from web.desk.booking_asked import Asked


def base(town: Town, tail: str = "book/") -> str:
    return f"/desk/{town.branch.code}/{tail}"


def page(town: Town, place: str = "home", customer: Customer | None = None) -> str:
    who = (customer or town.grandmother).public_id
    return f"{base(town)}?customer={who}&what={place}:{town.version.service.code}"


def choices(answer: Any) -> list[str]:
    return [choice.value for day in answer.context["days"] for choice in day.choices]


def flat(answer: Any) -> str:
    """The page with every space and line break as one space."""
    return " ".join(answer.content.decode().split())


def form(window: str, **more: str) -> dict[str, str]:
    return {"key": make.new_key(), "window": window} | more


@pytest.fixture
def alice(town: Town, enter: Enter) -> Client:
    return enter(town.alice)


def value(start: datetime) -> str:
    return start.astimezone(timezone.get_fixed_timezone(0)).strftime("%Y%m%dT%H%MZ")


def test_first_field_is_focused_and_the_next_follows(town: Town, alice: Client) -> None:
    empty = flat(alice.get(base(town)))
    assert 'accesskey="c"' in empty
    for place in ("home", "branch"):
        assert f'<option value="{place}:{town.version.service.code}"' in empty
    one = alice.get(base(town), {"q": town.grandmother.phone_last4})
    assert one.context["customer"] == town.grandmother
    assert 'id="what" name="what" accesskey="s" autofocus' in flat(one)
    both = alice.get(
        base(town), {"q": town.grandmother.phone_last4, "what": f"home:{town.version.service.code}"}
    )
    assert choices(both)
    assert both.content.count(b"autofocus") == 1


def test_several_of_one_name_are_a_choice(town: Town, alice: Client) -> None:
    twin = make.make_customer(town.branch)
    answer = alice.get(base(town), {"q": "李"})
    assert answer.context["customer"] is None
    assert set(answer.context["asked"].found) == {town.grandmother, twin}
    answer = alice.get(base(town), {"q": "李", "customer": str(twin.public_id)})
    assert answer.context["customer"] == twin


def test_books_at_home_in_the_customers_name(town: Town, alice: Client) -> None:
    [window, *_rest] = choices(alice.get(page(town)))
    data = form(window)
    for _tap in range(2):
        answer = alice.post(page(town), data)
        assert answer.status_code == 303
        assert answer["Location"].endswith(f"/customers/{town.grandmother.public_id}/")
    visit = HomeVisit.objects.get()
    assert (visit.asked_by, visit.customer, visit.representative) == (
        "staff",
        town.grandmother,
        None,
    )
    assert VisitEvent.objects.get().actor == town.alice
    said = alice.get(answer["Location"]).content.decode()
    assert "Please read it back" in said


def test_books_company_in_this_branch(town: Town, alice: Client) -> None:
    [time, *_rest] = choices(alice.get(page(town, "branch")))
    data = form(time)
    for _tap in range(2):
        assert alice.post(page(town, "branch"), data).status_code == 303
    escort = Escort.objects.get()
    assert (escort.branch, escort.customer) == (town.branch, town.grandmother)


def test_family_asks_as_long_as_the_consent_stands(town: Town, alice: Client) -> None:
    daughter = make.make_daughter(town.grandmother)
    answer = alice.get(page(town))
    assert answer.context["family"] == [(str(daughter.public_id), daughter)]
    data = form(choices(answer)[0], by=str(daughter.public_id))
    Consent.objects.update(withdrawn_at=clock.now())
    refused = alice.post(page(town), data)
    assert refused.status_code == 403
    assert b"no standing consent" in refused.content
    assert not HomeVisit.objects.exists()
    Consent.objects.update(withdrawn_at=None)
    alice.post(page(town), data)
    assert HomeVisit.objects.get().representative == daughter


def test_anothers_daughter_may_not_ask(town: Town, alice: Client) -> None:
    other = make.make_daughter(make.make_customer(town.branch))
    window = choices(alice.get(page(town)))[0]
    assert alice.post(page(town), form(window, by=str(other.public_id))).status_code == 403
    assert not HomeVisit.objects.exists()


def test_somebody_was_quicker(town: Town, alice: Client) -> None:
    daughter = make.make_daughter(town.grandmother)
    answer = alice.get(page(town))
    window = choices(answer)[0]
    start = answer.context["days"][0].choices[0].start
    for _n in range(3):
        book_until_taken(town, start)
    data = form(window, by=str(daughter.public_id))
    refused = alice.post(page(town), data)
    assert refused.status_code == 409
    assert b"just been taken" in refused.content
    assert refused.context["nearest"]
    assert window not in choices(refused)
    assert f'value="{daughter.public_id}" checked' in flat(refused)
    assert data["key"] in refused.content.decode()
    # The next choice with the same key is a booking.
    again = alice.post(page(town), data | {"window": choices(refused)[0]})
    assert again.status_code == 303


def book_until_taken(town: Town, start: datetime) -> None:
    """Another customer takes the same window, if there is still a team for it."""
    other = make.make_customer(town.branch)
    free = next_windows(town.branch, demand_for(other, town.version), near=start)
    if start in [window.start for window in free]:
        book_visit(
            customer=other,
            version=town.version,
            window_start=start,
            key=make.new_key(),
            asker=make.by_customer(),
        )


def test_booked_already_is_said_beside_the_form(town: Town, alice: Client) -> None:
    window = choices(alice.get(page(town)))[0]
    alice.post(page(town), form(window))
    refused = alice.post(page(town), form(window))
    assert refused.status_code == 409
    assert b'id="error"' in refused.content
    assert HomeVisit.objects.count() == 1


def test_customer_without_a_place(town: Town, alice: Client) -> None:
    lost = make.make_customer(town.branch, latitude=None, longitude=None)
    answer = alice.get(page(town, customer=lost))
    assert answer.status_code == 409
    assert b"do not know your address" in answer.content
    posted = alice.post(page(town, customer=lost), form("20261126T0200Z"))
    assert posted.status_code == 409
    assert not HomeVisit.objects.exists()


@pytest.mark.parametrize(
    "bad",
    [
        {"window": ""},
        {"window": "tomorrow"},
        {"window": "20251126T0200Z"},
        {"window": "20261126T0217Z"},
        {"window": "20270229T0200Z"},
        {"key": ""},
        {"key": "a key with spaces"},
        {"by": "nobody"},
    ],
)
def test_bad_input_writes_nothing(town: Town, alice: Client, bad: dict[str, str]) -> None:
    window = choices(alice.get(page(town)))[-1]
    answer = alice.post(page(town), form(window) | bad)
    assert 400 <= answer.status_code < 500
    assert b'id="error"' in answer.content
    assert not HomeVisit.objects.exists()
    assert not Commitment.objects.exists()
    if "window" not in bad:
        assert f'value="{window}" checked' in flat(answer)


def test_neither_whom_nor_what(town: Town, alice: Client) -> None:
    answer = alice.post(base(town), form("20261126T0200Z"))
    assert answer.status_code == 400
    assert b"Please choose the customer" in answer.content
    answer = alice.post(
        f"{base(town)}?customer={town.grandmother.public_id}&what=home:none", form("x")
    )
    assert answer.status_code == 400
    assert b"Please choose what it is about" in answer.content


@pytest.mark.parametrize("query", ["customer=7", "what=home", "what=%00:%00", "from=x", "q=%00"])
def test_odd_addresses_ask_again(town: Town, alice: Client, query: str) -> None:
    assert alice.get(f"{base(town)}?{query}").status_code == 200


def test_looks_from_a_day(town: Town, alice: Client) -> None:
    later = TOMORROW + timedelta(days=3)
    answer = alice.get(f"{page(town)}&from={later.isoformat()}")
    assert answer.context["days"][0].date >= later


def test_customer_of_elsewhere(town: Town, alice: Client) -> None:
    theirs = make.make_customer(town.gaoxin)
    assert alice.get(page(town, customer=theirs)).status_code == 404
    assert alice.post(page(town, customer=theirs), form("x")).status_code == 404


def test_waiting_list(town: Town, alice: Client) -> None:
    address = page(town).replace("/book/", "/book/wait/")
    refused = alice.post(address, {"first_day": "2026-11-30", "last_day": "2026-11-26"})
    assert refused.status_code == 400
    assert b'value="2026-11-30"' in refused.content
    assert not Wish.objects.exists()
    data = {"first_day": "2026-11-26", "last_day": "2026-11-30"}
    for _tap in range(2):
        assert alice.post(address, data).status_code == 303
    wish = Wish.objects.get()
    assert (wish.customer, wish.asked_by) == (town.grandmother, "staff")
    assert alice.get(address).status_code == 405


def test_who_may_not_book(town: Town, enter: Enter, client: Client) -> None:
    for tail in ("/book/", "/book/wait/"):
        address = page(town).replace("/book/", tail)
        assert client.post(address).status_code == 302
        assert enter(town.bob).post(address).status_code == 404
        assert enter(town.olga).post(address).status_code == 403
        assert enter(town.rita).post(address).status_code == 403


def test_asked_names_itself_without_the_name(town: Town, alice: Client) -> None:
    answer = alice.get(base(town), {"q": "李", "what": f"home:{town.version.service.code}"})
    asked: Asked = answer.context["asked"]
    assert "%" not in asked.page().replace("%3A", ":")
    assert str(town.grandmother.public_id) in asked.page()


# Moving and cancelling -----------------------------------------------------------------


def change(town: Town, visit: HomeVisit, verb: str) -> str:
    return base(town, f"visits/{visit.public_id}/{verb}/")


def status(visit: HomeVisit) -> str:
    visit.refresh_from_db()
    return visit.status


def test_moves_once(town: Town, visit: HomeVisit, alice: Client) -> None:
    answer = alice.get(change(town, visit, "move"))
    assert value(visit.window.lower) not in choices(answer)
    data = form(choices(answer)[-1], reason="at the doctor's")
    for _tap in range(2):
        assert alice.post(change(town, visit, "move"), data).status_code == 303
    moved = HomeVisit.objects.get(replaces=visit)
    assert (status(visit), value(moved.window.lower)) == (VisitStatus.MOVED, data["window"])
    assert HomeVisit.objects.count() == 2
    assert visit.events.get(to_status="moved").reason == "at the doctor's"
    assert b"cannot be moved" in alice.get(change(town, visit, "move")).content


def test_a_move_says_why(town: Town, visit: HomeVisit, alice: Client) -> None:
    window = choices(alice.get(change(town, visit, "move")))[0]
    answer = alice.post(change(town, visit, "move"), form(window, reason=" "))
    assert answer.status_code == 400
    assert b"Please say in a few words why." in answer.content
    assert f'value="{window}" checked' in flat(answer)
    assert status(visit) == VisitStatus.APPROVED


def test_move_to_a_time_that_nobody_keeps(town: Town, visit: HomeVisit, alice: Client) -> None:
    for window in ("", "x", "20251126T0200Z", "20261129T0217Z"):
        answer = alice.post(change(town, visit, "move"), form(window, reason="ill"))
        assert answer.status_code in (400, 409)
        assert b'id="error"' in answer.content
    assert status(visit) == VisitStatus.APPROVED
    assert HomeVisit.objects.count() == 1


def test_cancels_once_with_a_reason(town: Town, visit: HomeVisit, alice: Client) -> None:
    assert alice.post(change(town, visit, "cancel"), {"reason": " "}).status_code == 400
    long = alice.post(change(town, visit, "cancel"), {"reason": "y" * 301})
    assert long.status_code == 400
    assert b"y" * 301 in long.content
    assert status(visit) == VisitStatus.APPROVED
    for _tap in range(2):
        answer = alice.post(change(town, visit, "cancel"), {"reason": "in hospital"})
        assert answer.status_code == 303
    assert (status(visit), visit.words) == (VisitStatus.CANCELLED, "in hospital")
    assert visit.events.filter(to_status="cancelled").count() == 1


def test_too_late_to_cancel(town: Town, visit: HomeVisit, alice: Client) -> None:
    HomeVisit.objects.filter(pk=visit.pk).update(status=VisitStatus.ON_THE_WAY)
    answer = alice.post(change(town, visit, "cancel"), {"reason": "in hospital"})
    assert answer.status_code == 409
    data = form("20261127T0200Z", reason="ill")
    assert alice.post(change(town, visit, "move"), data).status_code == 409
    assert status(visit) == VisitStatus.ON_THE_WAY
    assert visits.next_of_team(visit) == []


def test_own_branch_changes_what_a_neighbour_keeps(
    town: Town, visit: HomeVisit, alice: Client
) -> None:
    HomeVisit.objects.filter(pk=visit.pk).update(branch=town.gaoxin)
    answer = alice.post(change(town, visit, "cancel"), {"reason": "in hospital"})
    assert answer.status_code == 303
    assert status(visit) == VisitStatus.CANCELLED


@pytest.mark.parametrize("verb", ["move", "cancel"])
def test_who_may_not_change(
    town: Town, visit: HomeVisit, enter: Enter, client: Client, verb: str
) -> None:
    for data in ({"reason": "no"}, form("20261127T0200Z")):
        assert client.post(change(town, visit, verb), data).status_code == 302
        assert enter(town.bob).post(change(town, visit, verb), data).status_code == 404
        assert enter(town.olga).post(change(town, visit, verb), data).status_code == 403
        assert enter(town.rita).post(change(town, visit, verb), data).status_code == 403
    assert status(visit) == VisitStatus.APPROVED
