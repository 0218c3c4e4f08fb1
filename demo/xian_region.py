"""Loads the demonstration region: the article's branches, invented people, reviewed services."""

import random
from datetime import timedelta

from django.db import transaction

from accounts.models import Region, User
from audits.publishing import publish_file
from audits.standard_file import bundled
from branches import catalogue, demonstration
from branches.models import Branch, Staff
from branches.models.branch import BranchKind
from demo import audits, cast, population, services, xian, xian_register
from eldercare.models import Consent, Customer, Representative
from eldercare.models.consent import ConsentGiven, Relation
from foundation import clock

SEED = 20230315
STAFF = 4
CUSTOMERS = 12
INSPECTED = 6


def is_loaded() -> bool:
    """Whether the demonstration is here already, whole."""
    return Customer.objects.filter(name=cast.GRANDMOTHER_NAME).exists()


def load() -> bool:
    """Load the demonstration once; False when it was here already."""
    if is_loaded():
        # A first start may have been killed between the branches and what they hold.
        _complete(
            Region.objects.get(code=xian.REGION[0]),
            User.objects.get(username=cast.OFFICER.username),
        )
        return False
    catalogue.load()
    catalogue.load_supplies()
    region = population.region_of(*xian.REGION)
    users = {item.username: _user(item, region) for item in cast.EVERYBODY}
    # Reviews take their own transactions, as in daily use; a second run goes on where one stopped.
    population.services(
        users[cast.AUTHOR.username], users[cast.REVIEWER.username], users[cast.CENTRE.username]
    )
    services.more_services(
        users[cast.AUTHOR.username], users[cast.REVIEWER.username], users[cast.CENTRE.username]
    )
    for path in bundled():
        publish_file(path=path, actor=None)
    with transaction.atomic():
        _load_branches(region, users)
    _complete(region, users[cast.OFFICER.username])
    return True


def _complete(region: Region, officer: User) -> None:
    """What takes its own transactions: the registers, the signs and the inspections, each once."""
    for branch in region.branches.filter(reorder_levels__isnull=True):
        xian_register.load(branch, officer)
    signed = region.branches.filter(kind=BranchKind.DEMONSTRATION)
    for branch in signed.filter(demonstrations__isnull=True):
        demonstration.register_granted(
            branch=branch,
            on=xian.PUBLISHED_ON,
            reason="2023年3月15日公布的适老服务示范网点",
            actor=officer,
        )
    if not region.branches.filter(inspections__isnull=False).exists():
        # The home branch is left as it is: the tour begins there.
        others = region.branches.exclude(code=cast.HOME_BRANCH).order_by("code")
        inspector = User.objects.get(username=cast.REVIEWER.username)
        audits.load(list(others[:INSPECTED]), officer, inspector, seed=SEED)


def _load_branches(region: Region, users: dict[str, User]) -> None:
    chance = random.Random(SEED)  # noqa: S311  # believable, not secret
    types = population.facility_types()
    for number, place in enumerate(xian.BRANCHES):
        branch = population.make_branch(region, place)
        population.equip(branch, types, users[cast.OFFICER.username])
        people = population.staff_branch(branch, STAFF, chance)
        if branch.code == cast.HOME_BRANCH:
            _sign_ins(branch, people, users)
        _customers(branch, chance, number)
    _grandmother(Branch.objects.get(code=cast.HOME_BRANCH), users[cast.MANAGER.username])


def _sign_ins(branch: Branch, people: list[Staff], users: dict[str, User]) -> None:
    for item, person in zip((cast.ASSISTANT, cast.MANAGER), people, strict=False):
        branch.users.add(users[item.username])
        person.user = users[item.username]
        person.name = item.full_name
        person.save(update_fields=["user", "name"])


def _customers(branch: Branch, chance: random.Random, number: int) -> None:
    for n in range(CUSTOMERS):
        customer = population.make_customer(branch, chance, phone=f"137{number:04d}{n:04d}")
        customer.name += "(演示)"
        customer.save()


def _grandmother(branch: Branch, manager: User) -> None:
    """The old lady of the tour, and the daughter who may act for her."""
    grandmother = Customer(
        branch=branch,
        name=cast.GRANDMOTHER_NAME,
        preferred_name="李奶奶",
        birth_year=clock.today().year - 85,
        address="西安市城东幸福小区3号楼2单元101",
        latitude=branch.latitude + 0.012,
        longitude=branch.longitude + 0.009,
        needs=["mobility", "hearing"],
    )
    grandmother.set_phone(cast.GRANDMOTHER_PHONE)
    grandmother.save()
    daughter = Representative(
        customer=grandmother, name=cast.DAUGHTER_NAME, relation=Relation.CHILD
    )
    daughter.set_phone(cast.DAUGHTER_PHONE)
    daughter.save()
    today = clock.today()
    Consent.objects.create(
        representative=daughter,
        matter="预约、改约、取消上门服务和陪同",
        given=ConsentGiven.IN_PERSON,
        recorded_by=manager,
        starts=today,
        ends=today + timedelta(days=3650),
    )


def _user(item: cast.SignIn, region: Region) -> User:
    return population.user(
        item.username, item.full_name, item.role, password=cast.PASSWORD, region=region
    )
