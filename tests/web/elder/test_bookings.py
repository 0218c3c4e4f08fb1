"""My bookings: who comes and which codes; moving and cancelling; a stranger finds nothing."""

import pytest
from django.test import Client

from appointments.booking import book_visit
from appointments.models import HomeVisit
from appointments.recurring import book_series
from appointments.states import VisitStatus
from branches.models import Commitment
from eldercare.models import Representative
from tests.make import Town, at, by_customer, make_customer, new_key
from tests.web.elder.conftest import signed_in
from web.elder.bookings import STANDINGS


@pytest.fixture
def visit(town: Town) -> HomeVisit:
    return book_visit(
        customer=town.grandmother,
        version=town.version,
        window_start=at(9),
        key=new_key(),
        asker=by_customer(),
    )


def put(visit: HomeVisit, status: VisitStatus) -> None:
    reason = "unsafe" if status in ("declined", "not_done") else ""
    HomeVisit.objects.filter(pk=visit.pk).update(status=status, reason=reason)


def test_list_and_home_show_what_is_ahead(grandmother: Client, visit: HomeVisit) -> None:
    for page in ("/bookings/", "/"):
        html = grandmother.get(page).content.decode()
        assert f"/bookings/{visit.public_id}/" in html
        assert "Tomorrow" in html


def test_empty_list_offers_to_book(grandmother: Client) -> None:
    assert "/visits/new/" in grandmother.get("/bookings/").content.decode()


@pytest.mark.parametrize("status", list(VisitStatus))
def test_every_status_has_a_page(
    grandmother: Client, visit: HomeVisit, status: VisitStatus
) -> None:
    put(visit, status)
    page = grandmother.get(f"/bookings/{visit.public_id}/")
    assert page.status_code == 200
    assert str(STANDINGS[status].words) in page.content.decode()
    assert grandmother.get("/bookings/").status_code == 200


def test_team_and_codes_are_shown_once_announced(grandmother: Client, visit: HomeVisit) -> None:
    page = f"/bookings/{visit.public_id}/"
    hidden = grandmother.get(page).content.decode()
    put(visit, VisitStatus.PLANNED)
    shown = grandmother.get(page).content.decode()
    for secret in (visit.staff_code, visit.customer_code):
        assert f">{secret}<" not in hidden
        assert f">{secret}<" in shown
    for member in visit.team.all():
        assert member.staff.badge not in hidden
        assert member.staff.badge in shown


def test_codes_are_gone_when_the_visit_is_over(grandmother: Client, visit: HomeVisit) -> None:
    put(visit, VisitStatus.DONE)
    html = grandmother.get(f"/bookings/{visit.public_id}/").content.decode()
    assert f">{visit.staff_code}<" not in html


@pytest.mark.parametrize("page", ["", "cancel/", "move/", "move/day/", "move/time/", "move/check/"])
def test_strangers_and_other_customers_find_nothing(
    client: Client, town: Town, visit: HomeVisit, page: str
) -> None:
    address = f"/bookings/{visit.public_id}/{page}"
    assert client.get(address).status_code == 302
    assert signed_in(make_customer(town.branch)).get(address).status_code == 404


def test_other_customer_cannot_cancel_or_move(town: Town, visit: HomeVisit) -> None:
    other = signed_in(make_customer(town.branch))
    cancelled = other.post(f"/bookings/{visit.public_id}/cancel/", {"why": "other"})
    moved = other.post(
        f"/bookings/{visit.public_id}/move/check/", {"window": "20261127T0100Z", "key": "k"}
    )
    assert (cancelled.status_code, moved.status_code) == (404, 404)
    visit.refresh_from_db()
    assert visit.status == VisitStatus.APPROVED


def test_cancelling_asks_why_and_then_really(grandmother: Client, visit: HomeVisit) -> None:
    address = f"/bookings/{visit.public_id}/cancel/"
    assert f"{address}?why=unwell" in grandmother.get(address).content.decode()
    sure = grandmother.get(f"{address}?why=unwell").content.decode()
    assert 'name="why" value="unwell"' in sure
    assert HomeVisit.objects.get().status == VisitStatus.APPROVED
    answer = grandmother.post(address, {"why": "unwell"})
    assert answer["Location"] == "/bookings/"
    visit.refresh_from_db()
    assert visit.status == VisitStatus.CANCELLED
    assert not Commitment.objects.live().exists()


def test_cancelling_without_a_reason_asks_for_it(grandmother: Client, visit: HomeVisit) -> None:
    answer = grandmother.post(f"/bookings/{visit.public_id}/cancel/", {"why": "<script>"})
    assert answer.status_code == 200
    visit.refresh_from_db()
    assert visit.status == VisitStatus.APPROVED


def test_too_late_to_cancel_says_to_phone(grandmother: Client, visit: HomeVisit) -> None:
    put(visit, VisitStatus.ON_THE_WAY)
    answer = grandmother.post(f"/bookings/{visit.public_id}/cancel/", {"why": "other"})
    assert answer.status_code == 409
    assert "tel:95555" in answer.content.decode()


def test_moving_takes_the_new_time_and_points_back(grandmother: Client, visit: HomeVisit) -> None:
    base = f"/bookings/{visit.public_id}/move"
    assert 'name="window"' in grandmother.get(f"{base}/").content.decode()
    kept = grandmother.post(f"{base}/keep/", {"window": "20261127T0100Z"})
    assert kept["Location"] == f"{base}/check/?window=20261127T0100Z"
    assert grandmother.get(kept["Location"]).status_code == 200
    data = {"window": "20261127T0100Z", "key": "same"}
    first, again = (grandmother.post(f"{base}/check/", data)["Location"] for _ in range(2))
    new = HomeVisit.objects.get(replaces=visit)
    assert first == again == f"/bookings/{new.public_id}/"
    visit.refresh_from_db()
    assert visit.status == VisitStatus.MOVED
    old_page = grandmother.get(f"/bookings/{visit.public_id}/").content.decode()
    assert f"/bookings/{new.public_id}/" in old_page


def test_a_visit_of_a_later_month_is_moved_within_its_month(
    town: Town, grandmother: Client
) -> None:
    _first, second = book_series(
        customer=town.grandmother,
        version=town.version,
        first=at(9),
        times=2,
        key=new_key(),
        asker=by_customer(),
    ).visits
    base = f"/bookings/{second.public_id}/move"
    days = grandmother.get(f"{base}/day/").content.decode()
    assert f"{base}/time/?day=2026-12-29" in days
    assert "day=2026-11-27" not in days
    html = grandmother.get(f"{base}/time/?day=2026-12-29").content.decode()
    assert 'value="20261229T0100Z"' in html
    data = {"window": "20261229T0100Z", "key": new_key()}
    assert grandmother.post(f"{base}/check/", data).status_code == 303
    assert HomeVisit.objects.get(replaces=second).window.lower.isoformat()[:10] == "2026-12-29"


def test_moving_offers_the_hour_beside_the_old_one(grandmother: Client, visit: HomeVisit) -> None:
    page = f"/bookings/{visit.public_id}/move/time/?day=2026-11-26"
    html = grandmother.get(page).content.decode()
    assert 'value="20261126T0200Z"' in html
    assert 'value="20261126T0100Z"' not in html


def test_lost_race_keeps_the_old_time(grandmother: Client, visit: HomeVisit) -> None:
    answer = grandmother.post(
        f"/bookings/{visit.public_id}/move/check/", {"window": "20261128T0100Z", "key": "k"}
    )
    assert answer.status_code == 409
    visit.refresh_from_db()
    assert visit.status == VisitStatus.APPROVED


def test_too_late_to_move(grandmother: Client, visit: HomeVisit) -> None:
    put(visit, VisitStatus.DONE)
    assert grandmother.get(f"/bookings/{visit.public_id}/move/").status_code == 409


def test_daughter_sees_whose_visit_it_is(daughter: Representative, visit: HomeVisit) -> None:
    html = signed_in(daughter).get(f"/bookings/{visit.public_id}/").content.decode()
    assert "李奶奶" in html
