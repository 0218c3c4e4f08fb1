"""Booking a visit: one question a page, nothing lost, and nothing written on a refusal."""

import re
from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client

from appointments.availability import WindowTaken
from appointments.booking import book_visit
from appointments.models import HomeVisit
from branches.models import Commitment
from eldercare.models import Customer, Representative
from tests.make import TOMORROW, Town, at, by_customer, make_customer, make_version, new_key
from tests.web.elder.conftest import signed_in
from workflow.models import Message


def page_of(town: Town, name: str, **answers: str) -> str:
    query = {"for": town.grandmother.public_id, "service": town.version.service.code} | answers
    return f"/visits/new/{name}/?{urlencode(query)}"


def offered(html: str) -> list[str]:
    return re.findall(r'name="window"\s+value="([^"]+)"', html)


def form_of(html: str) -> dict[str, str]:
    names = ("window", "key")
    return {name: re.findall(rf'name="{name}"\s+value="([^"]+)"', html)[0] for name in names}


def test_strangers_are_asked_for_their_phone(client: Client, town: Town) -> None:
    for name in ("", "service/", "when/", "day/", "time/", "check/"):
        assert client.get(f"/visits/new/{name}").status_code == 302


def test_four_taps_book_a_visit(town: Town, grandmother: Client) -> None:
    services = grandmother.get("/visits/new/", follow=True).content.decode()
    [when] = re.findall(r'href="(/visits/new/when/[^"]+)"', services)
    times = grandmother.get(when.replace("&amp;", "&"))
    [first, *_rest] = offered(times.content.decode())
    keep = page_of(town, "keep")
    checked = grandmother.post(keep, {"window": first}, follow=True).content.decode()
    answer = grandmother.post(page_of(town, "check"), form_of(checked))
    visit = HomeVisit.objects.get()
    assert answer["Location"] == f"/bookings/{visit.public_id}/"
    assert visit.status == "approved"
    assert visit.customer == town.grandmother
    assert visit.asked_by == "customer"
    assert Message.objects.filter(kind="visit_booked").count() == 1


def test_three_good_times_are_of_different_half_days(town: Town, grandmother: Client) -> None:
    values = offered(grandmother.get(page_of(town, "when")).content.decode())
    assert len(values) == 3
    assert len(set(values)) == 3


def test_every_day_ahead_is_shown_and_closed_ones_lead_nowhere(
    town: Town, grandmother: Client
) -> None:
    html = grandmother.get(page_of(town, "day")).content.decode()
    assert html.count("nb-pick--closed") == 4  # two weekends
    assert html.count("/visits/new/time/") == 10


def test_time_page_offers_what_the_day_has(town: Town, grandmother: Client) -> None:
    html = grandmother.get(page_of(town, "time", day=f"{TOMORROW}")).content.decode()
    assert "20261126T0100Z" in offered(html)


@pytest.mark.parametrize("day", ["", "yesterday", "2026-11-24", "2026-02-30", "9999-12-31"])
def test_day_that_cannot_be_leads_back_to_the_days(
    town: Town, grandmother: Client, day: str
) -> None:
    answer = grandmother.get(page_of(town, "time", day=day))
    assert answer["Location"].startswith("/visits/new/day/")


@pytest.mark.parametrize("window", ["", "soon", "20261126", "20269926T0100Z", "😀"])
def test_window_that_is_none_leads_back_to_the_times(
    town: Town, grandmother: Client, window: str
) -> None:
    for name in ("keep", "check"):
        answer = grandmother.post(page_of(town, name), {"window": window, "key": "k"})
        assert answer["Location"].startswith("/visits/new/when/")
    assert HomeVisit.objects.count() == 0
    assert Commitment.objects.count() == 0


@pytest.mark.parametrize(
    "window", ["20261124T0100Z", "20261126T0130Z", "20261126T1500Z", "20271126T0100Z"]
)
def test_window_never_offered_is_answered_with_those_that_are(
    town: Town, grandmother: Client, window: str
) -> None:
    for name in ("keep", "check"):
        answer = grandmother.post(page_of(town, name), {"window": window, "key": new_key()})
        assert answer.status_code == 409
        assert len(offered(answer.content.decode())) == 3
    assert HomeVisit.objects.count() == 0


def test_touched_time_is_kept_for_this_customer(town: Town, grandmother: Client) -> None:
    grandmother.post(page_of(town, "keep"), {"window": "20261126T0100Z"})
    assert Commitment.objects.filter(kind="hold").count() == 2
    again = grandmother.get(page_of(town, "time", day=f"{TOMORROW}")).content.decode()
    assert "20261126T0100Z" in offered(again)


def test_double_tap_and_reload_book_once(town: Town, grandmother: Client) -> None:
    data = {"window": "20261126T0100Z", "key": "same"}
    places = {grandmother.post(page_of(town, "check"), data)["Location"] for _ in range(3)}
    assert len(places) == 1
    assert HomeVisit.objects.count() == 1


def test_second_visit_at_the_same_time_is_refused_with_everything_kept(
    town: Town, grandmother: Client
) -> None:
    data = {"window": "20261126T0100Z"}
    grandmother.post(page_of(town, "check"), data | {"key": "one"})
    answer = grandmother.post(page_of(town, "check"), data | {"key": "two"})
    assert answer.status_code == 409
    assert HomeVisit.objects.count() == 1


def test_loser_of_a_race_is_offered_the_nearest_times(town: Town, grandmother: Client) -> None:
    with suppress(WindowTaken):
        while True:
            book_visit(
                customer=make_customer(town.branch),
                version=town.version,
                window_start=at(9),
                key=new_key(),
                asker=by_customer(),
            )
    data = {"window": "20261126T0100Z", "key": new_key()}
    answer = grandmother.post(page_of(town, "check"), data)
    assert answer.status_code == 409
    others = offered(answer.content.decode())
    assert others
    assert data["window"] not in others
    assert not HomeVisit.objects.filter(customer=town.grandmother).exists()


def test_check_page_masks_address_and_phone(town: Town, grandmother: Client) -> None:
    html = grandmother.get(page_of(town, "check", window="20261126T0100Z")).content.decode()
    assert "幸福小区***" in html
    assert town.grandmother.address not in html
    assert town.grandmother.phone not in html
    assert town.grandmother.masked_phone in html


def test_customer_without_a_place_is_told_to_phone(town: Town, grandmother: Client) -> None:
    Customer.objects.update(latitude=None, longitude=None)
    answer = grandmother.get(page_of(town, "when"))
    assert answer.status_code == 409
    assert "tel:95555" in answer.content.decode()


def test_high_risk_business_waits_for_the_manager(town: Town, grandmother: Client) -> None:
    version = make_version(risk="high")
    page = page_of(town, "check", service=version.service.code)
    grandmother.post(page, {"window": "20261126T0100Z", "key": new_key()})
    assert HomeVisit.objects.get().status == "requested"


@pytest.mark.parametrize("overrides", [{"at_home": False}, {"status": "draft"}])
def test_service_that_is_not_for_homes_is_not_there(
    town: Town, grandmother: Client, overrides: dict[str, object]
) -> None:
    code = make_version(**overrides).service.code
    assert grandmother.get(page_of(town, "when", service=code)).status_code == 404


def test_somebody_elses_customer_is_not_there(town: Town, grandmother: Client) -> None:
    other = make_customer(town.branch)
    page = page_of(town, "when", **{"for": str(other.public_id)})
    assert grandmother.get(page).status_code == 404


def test_daughter_books_in_her_own_name(town: Town, daughter: Representative) -> None:
    answer = signed_in(daughter).post(
        page_of(town, "check"), {"window": "20261126T0100Z", "key": new_key()}
    )
    assert answer.status_code == 303
    visit = HomeVisit.objects.get()
    assert (visit.asked_by, visit.representative) == ("family", daughter)


def test_unanswered_questions_are_asked_first(town: Town, grandmother: Client) -> None:
    for name in ("when", "day", "time", "check"):
        assert grandmother.get(f"/visits/new/{name}/")["Location"] == "/visits/new/"


def test_pages_are_kept_by_no_cache(town: Town, grandmother: Client) -> None:
    for name in ("when", "day"):
        assert "no-store" in grandmother.get(page_of(town, name))["Cache-Control"]


def test_taking_a_time_takes_a_post(town: Town, grandmother: Client) -> None:
    assert grandmother.get(page_of(town, "keep")).status_code == 405
    assert grandmother.post(page_of(town, "when")).status_code == 405


def test_windows_far_ahead_end_with_the_horizon(town: Town, grandmother: Client) -> None:
    beyond = TOMORROW + timedelta(days=14)
    answer = grandmother.get(page_of(town, "time", day=f"{beyond}"))
    assert answer.status_code == 302


def test_whom_we_do_not_visit_is_told_why_and_offered_company_instead(town: Town) -> None:
    sprightly = make_customer(town.branch, birth_year=TOMORROW.year - 65, needs=[])
    answer = signed_in(sprightly).get(f"/visits/new/when/?service={town.version.service.code}")
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Let us do this together in the branch" in html
    assert 'href="/escorts/new/"' in html
    assert "tel:" in html
    assert not HomeVisit.objects.exists()
