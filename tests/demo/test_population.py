"""The demonstration and populations of any size: the same seed, the same people; loaded once."""

from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from accounts.models import User
from branches.models import Branch, Facility, Staff, StockLevel
from demo import cast, xian, xian_region
from demo.population import Size, populate, region_of
from demo.services import MORE
from eldercare import queries
from eldercare.models import Consent, Customer, ServiceEvent

pytestmark = pytest.mark.django_db


def counts() -> dict[str, int]:
    ours = ("accounts", "branches", "eldercare", "workflow", "appointments")
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.app_label in ours
    }


def test_demonstration_is_what_the_article_says() -> None:
    assert xian_region.load()

    demonstration = Branch.objects.filter(kind="demonstration")
    assert set(demonstration.values_list("name_zh", flat=True)) == {
        "城东支行",
        "高新技术开发区支行",
        "长安国色天香支行",
        "榆林分行营业部",
        "宝鸡分行营业部",
        "咸阳分行营业部",
    }
    for branch in demonstration:
        have = set(branch.facilities.values_list("type__code", flat=True))
        assert have >= {
            "first-aid-box",
            "reading-glasses",
            "wheelchair",
            "waiting-area",
            "service-window",
        }
    for branch in Branch.objects.filter(kind="ordinary"):
        have = set(branch.facilities.values_list("type__code", flat=True))
        assert have == {"love-seat", "love-window", "reading-glasses", "magnifier"}
    kits = StockLevel.objects.filter(item__code="care-kit")
    assert set(kits.values_list("quantity", flat=True)) == {40}
    assert not Branch.objects.exclude(pk__in=Staff.objects.values("branch")).exists()


def test_demonstration_is_loaded_once() -> None:
    assert xian_region.load()
    before = counts()
    assert not xian_region.load()
    call_command("load_demo", verbosity=0)
    assert counts() == before


def test_demonstration_goes_on_where_it_stopped() -> None:
    """A first start that was killed between the services and the branches."""
    region = region_of(*xian.REGION)
    users = {item.username: xian_region._user(item, region) for item in cast.EVERYBODY}
    from demo import population

    population.services(users["author"], users["reviewer"], users["centre"])
    assert xian_region.load()
    assert Branch.objects.count() == len(xian.BRANCHES)
    at_home = [one.at_home for one in xian.SERVICES] + [one.at_home for one in MORE.values()]
    assert queries.services_at_home().count() == sum(at_home)


def test_services_were_let_through_by_two() -> None:
    xian_region.load()
    for version in queries.services_at_branch():
        assert len({version.author, version.inner_reviewer, version.rechecker}) == 3
    assert ServiceEvent.objects.count() == 3 * (len(xian.SERVICES) + len(MORE))


def test_people_of_the_demonstration_are_marked_as_invented() -> None:
    xian_region.load()
    assert all("演示" in name for name in Customer.objects.values_list("name", flat=True))
    assert all("演示" in user.full_name for user in User.objects.all())
    [daughter] = Consent.objects.standing()
    assert daughter.representative.name == cast.DAUGHTER_NAME
    for item in cast.EVERYBODY:
        assert User.objects.get(username=item.username).check_password(cast.PASSWORD)


def people() -> list[tuple[Any, ...]]:
    return list(
        Customer.objects.order_by("pk").values_list("name", "birth_year", "latitude", "needs")
    )


def test_same_seed_gives_the_same_people() -> None:
    size = Size(branches=3, staff=4, customers=30)
    populate(size=size, seed=7, region=region_of("A", "甲", "A"))
    first = people()
    Customer.objects.all().delete()
    populate(size=size, seed=7, region=region_of("B", "乙", "B"))
    assert people() == first
    Customer.objects.all().delete()
    populate(size=size, seed=8, region=region_of("C", "丙", "C"))
    assert people() != first


def test_population_is_of_the_size_asked_for_and_findable() -> None:
    populate(size=Size(5, 4, 23), seed=1, region=region_of("A", "甲", "A"))
    assert (Branch.objects.count(), Staff.objects.count(), Customer.objects.count()) == (5, 20, 23)
    assert Facility.objects.filter(branch__kind="demonstration").count() == 8
    some = Customer.objects.all()[3]
    assert list(Customer.objects.with_phone(some.phone)) == [some]
    assert {s.can_handle for s in Staff.objects.all()} == {True, False}


@pytest.mark.parametrize("options", [{"branches": 0}, {"staff": 0}, {"customers": -1}])
def test_impossible_sizes_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(CommandError):
        call_command("populate", verbosity=0, **options)
    assert not Branch.objects.exists()


def test_command_refuses_the_same_seed_twice(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("populate", branches=2, staff=1, customers=2, seed=3)
    assert "2 branches, 2 customers" in capsys.readouterr().out
    with pytest.raises(CommandError, match="already"):
        call_command("populate", branches=2, staff=1, customers=2, seed=3)
    call_command("populate", branches=1, staff=1, customers=0, seed=33)
    call_command("populate", branches=1, staff=1, customers=0, seed=3, region="P3")
    assert Branch.objects.count() == 4
