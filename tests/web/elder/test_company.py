"""Company at a branch: anybody may look at the branches; booking asks one thing a page."""

import re
from urllib.parse import urlencode

import pytest
from django.test import Client

from appointments.escort_times import book_escort
from branches.models import Commitment
from branches.people import show_face
from eldercare.models import Escort, Representative
from tests.make import Town, at, by_customer, make_customer, make_version, new_key
from tests.photos import picture
from tests.web.elder.conftest import signed_in
from workflow.models import Message

NINE = "20261126T0100Z"


def page_of(town: Town, name: str, **answers: str) -> str:
    query = {
        "for": town.grandmother.public_id,
        "branch": town.branch.code,
        "service": town.version.service.code,
    } | answers
    return f"/escorts/new/{name}/?{urlencode(query)}"


def offered(html: str) -> list[str]:
    return re.findall(r'name="window"\s+value="([^"]+)"', html)


@pytest.fixture
def escort(town: Town) -> Escort:
    return book_escort(
        customer=town.grandmother,
        branch=town.branch,
        version=town.version,
        start=at(9),
        key=new_key(),
        asker=by_customer(),
    )


def test_anybody_sees_branches_with_hours_seats_and_phone(client: Client, town: Town) -> None:
    html = client.get("/escorts/new/", headers={"accept-language": "en"}).content.decode()
    assert town.branch.name_en in html
    assert "9:00 to 17:00" in html
    assert "4 love seats" in html
    assert f"tel:{town.branch.phone}" in html


def test_closed_branches_are_not_shown(client: Client, town: Town) -> None:
    town.gaoxin.is_active = False
    town.gaoxin.save()
    assert f"branch={town.gaoxin.code}" not in client.get("/escorts/new/").content.decode()


def test_nearest_branch_comes_first_for_a_known_phone(town: Town, grandmother: Client) -> None:
    town.gaoxin.latitude += 0.5
    town.gaoxin.save()
    html = grandmother.get("/escorts/new/").content.decode()
    assert html.index(f"branch={town.branch.code}") < html.index(f"branch={town.gaoxin.code}")
    assert "km from home" in html


def test_booking_asks_for_the_phone_first(client: Client, town: Town) -> None:
    for name in ("service", "when", "day", "time", "check"):
        assert client.get(page_of(town, name))["Location"].startswith("/sign-in/")


def test_company_is_booked_with_one_question_a_page(town: Town, grandmother: Client) -> None:
    html = grandmother.get(f"/escorts/new/service/?branch={town.branch.code}").content.decode()
    [when] = re.findall(r'href="(/escorts/new/when/[^"]+)"', html)
    times = grandmother.get(when.replace("&amp;", "&")).content.decode()
    [first, *_rest] = offered(times)
    checked = grandmother.post(page_of(town, "keep"), {"window": first}, follow=True)
    [key] = re.findall(r'name="key"\s+value="([^"]+)"', checked.content.decode())
    answer = grandmother.post(page_of(town, "check"), {"window": first, "key": key})
    escort = Escort.objects.get()
    assert answer["Location"] == f"/escorts/{escort.public_id}/"
    assert (escort.status, escort.customer) == ("booked", town.grandmother)
    page = grandmother.get(answer["Location"]).content.decode()
    assert escort.assistant is not None
    assert escort.assistant.badge in page
    assert Message.objects.filter(kind="escort_booked").exists()


def test_days_and_times_are_offered(town: Town, grandmother: Client) -> None:
    assert grandmother.get(page_of(town, "day")).content.decode().count("/time/") == 10
    html = grandmother.get(page_of(town, "time", day="2026-11-26")).content.decode()
    assert NINE in offered(html)


def test_double_tap_books_once(town: Town, grandmother: Client) -> None:
    data = {"window": NINE, "key": "same"}
    assert {grandmother.post(page_of(town, "check"), data).status_code for _ in "ab"} == {303}
    assert Escort.objects.count() == 1


def test_same_time_twice_is_refused_with_everything_kept(
    town: Town, grandmother: Client, escort: Escort
) -> None:
    answer = grandmother.post(page_of(town, "check"), {"window": NINE, "key": "other"})
    assert answer.status_code == 409
    assert f'value="{NINE}"' in answer.content.decode()
    assert Escort.objects.count() == 1


@pytest.mark.parametrize("window", ["20261124T0100Z", "20261126T0107Z", "20261126T2300Z"])
def test_time_never_offered_is_answered_with_the_nearest(
    town: Town, grandmother: Client, window: str
) -> None:
    answer = grandmother.post(page_of(town, "check"), {"window": window, "key": "k"})
    assert answer.status_code == 409
    assert len(offered(answer.content.decode())) == 3
    assert Escort.objects.count() == 0


def test_what_is_not_there_is_a_404(town: Town, grandmother: Client) -> None:
    draft = make_version(status="draft").service.code
    for answers in ({"branch": "nowhere"}, {"service": draft}, {"for": "nobody"}):
        assert grandmother.get(page_of(town, "when", **answers)).status_code == 404


def test_unanswered_questions_lead_back(town: Town, grandmother: Client) -> None:
    assert grandmother.get("/escorts/new/when/")["Location"] == "/escorts/new/"
    assert grandmother.get(page_of(town, "check"))["Location"].startswith("/escorts/new/when/")


def test_couple_is_asked_who_comes(town: Town, grandmother: Client) -> None:
    make_customer(town.branch, phone=town.grandmother.phone, preferred_name="Grandpa Li")
    page = grandmother.get(f"/escorts/new/service/?branch={town.branch.code}")
    assert "Grandpa Li" in page.content.decode()


def test_list_and_home_show_it(grandmother: Client, escort: Escort) -> None:
    for page in ("/", "/bookings/"):
        assert f"/escorts/{escort.public_id}/" in grandmother.get(page).content.decode()


def test_strangers_find_nothing(client: Client, town: Town, escort: Escort) -> None:
    for page in ("", "cancel/"):
        address = f"/escorts/{escort.public_id}/{page}"
        assert client.get(address).status_code == 302
        assert signed_in(make_customer(town.branch)).get(address).status_code == 404


def test_cancelling_asks_first(grandmother: Client, escort: Escort) -> None:
    address = f"/escorts/{escort.public_id}/cancel/"
    assert grandmother.get(address).status_code == 200
    assert Escort.objects.get().status == "booked"
    assert grandmother.post(address)["Location"] == "/bookings/"
    assert Escort.objects.get().status == "cancelled"
    assert not Commitment.objects.live().exists()
    assert grandmother.post(address).status_code == 409


def test_daughter_books_company_for_her_mother(town: Town, daughter: Representative) -> None:
    answer = signed_in(daughter).post(page_of(town, "check"), {"window": NINE, "key": "k"})
    assert answer.status_code == 303
    assert Escort.objects.get().representative == daughter


def moving(escort: Escort, name: str = "", **answers: str) -> str:
    tail = f"{name}/" if name else ""
    return f"/escorts/{escort.public_id}/move/{tail}?{urlencode(answers)}"


def test_company_moves_once_and_frees_the_old_time(
    town: Town, grandmother: Client, escort: Escort
) -> None:
    page = f"/escorts/{escort.public_id}/"
    assert f'href="{page}move/"' in grandmother.get(page).content.decode()
    windows = offered(grandmother.get(moving(escort)).content.decode())
    assert len(windows) == 3
    assert NINE not in windows
    kept = grandmother.post(moving(escort, "keep"), {"window": windows[0]})
    assert kept["Location"] == moving(escort, "check", window=windows[0])
    look = grandmother.get(kept["Location"]).content.decode()
    assert "9:00 in the morning" in look
    data = {"window": windows[0], "key": new_key()}
    answers = [grandmother.post(moving(escort, "check"), data) for _tap in range(2)]
    moved = Escort.objects.latest("pk")
    assert {(one.status_code, one["Location"]) for one in answers} == {
        (303, f"/escorts/{moved.public_id}/")
    }
    escort.refresh_from_db()
    assert (escort.status, moved.status) == ("cancelled", "booked")
    assert Commitment.objects.live().count() == 1
    # What has ended moves no more.
    assert grandmother.get(moving(escort)).status_code == 409


def test_company_that_cannot_move_keeps_its_time(
    town: Town, grandmother: Client, escort: Escort
) -> None:
    assert (
        "12:00 at noon"
        in grandmother.get(moving(escort, "time", day="2026-11-26")).content.decode()
    )
    data = {"window": "20261126T0117Z", "key": new_key()}
    refused = grandmother.post(moving(escort, "check"), data)
    assert refused.status_code == 409
    assert len(offered(refused.content.decode())) == 3
    assert grandmother.post(moving(escort, "check"), {"window": NINE}).status_code == 303
    day = grandmother.get(moving(escort, "day")).content.decode()
    assert moving(escort, "time", day="2026-11-26") in day
    assert NINE not in offered(
        grandmother.get(moving(escort, "time", day="2026-11-26")).content.decode()
    )
    assert signed_in(make_customer(town.branch)).get(moving(escort)).status_code == 404
    escort.refresh_from_db()
    assert (escort.status, Escort.objects.count()) == ("booked", 1)


def test_who_waits_is_shown_with_a_face(town: Town, grandmother: Client, escort: Escort) -> None:
    assert escort.assistant is not None
    page = f"/escorts/{escort.public_id}/"
    assert "/faces/" not in grandmother.get(page).content.decode()
    show_face(staff=escort.assistant, photo=picture(), actor=town.martha)
    html = grandmother.get(page).content.decode()
    [address] = re.findall(r'src="(/faces/[^"]+)"', html)
    # The photo is loaded by whoever was handed the page, and by nobody who turns at its link.
    answer = Client().get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert Client().get(f"{address[:-2]}x/").status_code == 404
    show_face(staff=escort.assistant, photo=picture(), actor=town.martha)
    assert Client().get(address).status_code == 404
