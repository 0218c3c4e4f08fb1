"""Our branches for whoever thinks of coming: the list, and a page each."""

from datetime import timedelta

from django.test import Client

from branches.models import CalendarDay
from branches.models.facility import FacilityState
from branches.queries import local_moment
from eldercare.models import Escort
from foundation import clock
from tests.make import Town, make_branch, make_customer, make_region, new_key


def english() -> Client:
    return Client(headers={"accept-language": "en"})


def page(town: Town) -> str:
    return english().get(f"/branches/{town.branch.code}/").content.decode()


def codes(answer: object) -> list[str]:
    groups = answer.context["groups"]  # type: ignore[attr-defined]
    return [place.branch.code for _district, members in groups for place in members]


def came(town: Town, times: int, weekday_hour: tuple[int, int]) -> None:
    """So many people, each on that weekday and hour of another past week."""
    weekday, hour = weekday_hour
    today = clock.today()
    for number in range(times):
        day = today - timedelta(days=7 * (1 + number % 7) + today.isoweekday() - weekday)
        moment = local_moment(day, clock.now().time().replace(hour=hour, minute=number))
        Escort.objects.create(
            client_key=new_key(),
            branch=town.branch,
            service_version=town.version,
            customer=make_customer(town.branch),
            status="done",
            assistant=town.team[0],
            arrived_at=moment,
            taken_at=moment,
            finished_at=moment + timedelta(minutes=20),
        )


def test_anybody_reads_what_when_and_how(town: Town) -> None:
    chair = town.branch.facilities.get(type__code="wheelchair")
    chair.state = FacilityState.OUT_OF_USE
    chair.save()
    town.branch.transport_en = "The bus stop is at the door."
    town.branch.save()
    said = page(town)
    assert "We are open now." in said
    assert "9:00 to 17:00" in said
    assert "The bus stop is at the door." in said
    assert f'href="tel:{town.branch.phone}"' in said
    assert f'href="geo:{town.branch.latitude:.6f},{town.branch.longitude:.6f}' in said
    assert f"/escorts/new/service/?branch={town.branch.code}" in said
    have = said.partition("What we have for you")[2]
    assert "love seat" in have.lower()
    assert "wheelchair" not in have.lower()


def test_seats_are_those_that_the_board_leaves(town: Town) -> None:
    town.branch.facilities.filter(type__code="love-seat").update(quantity=2)
    assert "2 love seats are free now." in page(town)
    for _ in range(2):
        Escort.objects.create(
            client_key=new_key(),
            branch=town.branch,
            service_version=town.version,
            customer=make_customer(town.branch),
            status="waiting",
        )
    assert "All love seats are taken just now." in page(town)


def test_holidays_and_days_of_its_own_are_told_with_their_reason(town: Town) -> None:
    CalendarDay.objects.create(
        branch=town.branch,
        day=clock.today() + timedelta(days=20),
        is_working=False,
        reason="The street is dug up",
    )
    answer = english().get(f"/branches/{town.branch.code}/")
    special = [one.day.day for one in answer.context["days"]][7:]
    assert special == [clock.today() + timedelta(days=20)]
    assert "The street is dug up" in answer.content.decode()


def test_quiet_times_come_from_its_own_history_or_are_not_told(town: Town) -> None:
    came(town, 5, (1, 10))
    assert "We cannot say yet" in page(town)
    came(town, 20, (2, 15))
    quiet = english().get(f"/branches/{town.branch.code}/").context["quiet"]
    assert [one.weekday for one in quiet] == ["Monday"] * 3
    assert 10 not in [one.start.hour for one in quiet]


def test_list_by_sound_by_district_and_by_distance(town: Town, grandmother: Client) -> None:
    far = make_branch(
        make_region(code="YL"),
        name_zh="榆林支行",
        code="YL-1",
        latitude=38.3,
        address="榆林市东大街1号",
    )
    assert codes(english().get("/branches/?q=yulin")) == [far.code]
    assert codes(english().get("/branches/?q=ylzh")) == [far.code]
    assert codes(english().get("/branches/?q=榆林")) == [far.code]
    assert codes(english().get("/branches/?q=nowhere")) == []
    assert "榆林市" in [name for name, _ in english().get("/branches/").context["groups"]]
    nearest = grandmother.get("/branches/")
    assert nearest.context["by_distance"]
    assert codes(nearest)[-1] == far.code
    assert "no-cache" in nearest["Cache-Control"]


def test_closed_branches_and_nonsense_are_not_there(town: Town) -> None:
    town.branch.is_active = False
    town.branch.save()
    assert english().get(f"/branches/{town.branch.code}/").status_code == 404
    assert english().get("/branches/%00/").status_code == 404
    assert english().get("/branches/?q=%00&page=x").status_code == 200
    assert english().post("/branches/").status_code == 405
    assert town.branch.code not in codes(english().get("/branches/"))
