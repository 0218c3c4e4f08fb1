"""A believable region of any size from a seed: the same seed gives the same people.

Used by the demonstration, by tests and by benchmarks. Rows are written in bulk; stock and service
reviews go through the same functions as in daily use.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from django.db import transaction

from accounts.models import Region, User
from accounts.roles import Role
from branches.models import (
    Branch,
    Facility,
    FacilityType,
    OpeningHours,
    RosterShift,
    Staff,
    StockItem,
)
from branches.models.branch import BranchKind
from branches.models.stock import MovementKind
from branches.stock import move_stock
from demo import xian
from eldercare import review
from eldercare.models import Customer, Need, Service, ServiceVersion
from foundation import clock

OPENS, CLOSES = time(9, 0), time(17, 0)
WEEKDAYS = range(1, 6)
KITS = 40


@dataclass(frozen=True)
class Size:
    """How large: staff and customers are for each branch, and for all branches."""

    branches: int
    staff: int
    customers: int


def populate(*, size: Size, seed: int, region: Region) -> list[Branch]:
    """Fill a region: branches with facilities, kits, people and rosters, and their customers."""
    chance = random.Random(seed)  # noqa: S311  # believable, not secret
    with transaction.atomic():
        types = facility_types()
        branches = [
            _branch(region, place, types)
            for place in _places(chance, size.branches, prefix=f"{region.code}-{seed}")
        ]
        for branch in branches:
            staff_branch(branch, size.staff, chance)
        _customers(branches, size.customers, chance)
    return branches


def region_of(code: str, name_zh: str, name_en: str) -> Region:
    """The region with this code, made when it is missing."""
    region, _created = Region.objects.get_or_create(
        code=code, defaults={"name_zh": name_zh, "name_en": name_en}
    )
    return region


def facility_types() -> list[FacilityType]:
    """The facility types of the article, made when they are missing."""
    return [
        FacilityType.objects.get_or_create(
            code=item.code,
            defaults={
                "name_zh": item.name_zh,
                "name_en": item.name_en,
                "promised_everywhere": item.everywhere,
                "promised_demonstration": True,
                "position": position,
            },
        )[0]
        for position, item in enumerate(xian.FACILITIES)
    ]


def services(author: User, inner: User, centre: User) -> list[ServiceVersion]:
    """The catalogue, each service let through by two reviewers as every service is."""
    return [_service(item, author, inner, centre) for item in xian.SERVICES]


def equip(branch: Branch, types: Sequence[FacilityType], actor: User | None) -> None:
    """What the article promises, and a stock of care kits."""
    quantity = {item.code: item.quantity for item in xian.FACILITIES}
    demonstration = branch.kind == BranchKind.DEMONSTRATION
    Facility.objects.bulk_create(
        Facility(branch=branch, type=kind, quantity=quantity[kind.code])
        for kind in types
        if kind.promised_everywhere or (demonstration and kind.promised_demonstration)
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(branch=branch, weekday=weekday, opens=OPENS, closes=CLOSES)
        for weekday in WEEKDAYS
    )
    move_stock(
        key=f"opening:{branch.code}",
        branch=branch,
        item=care_kit(),
        kind=MovementKind.RECEIVED,
        quantity=KITS,
        actor=actor,
    )


def care_kit() -> StockItem:
    code, name_zh, name_en, holds_zh, holds_en = xian.CARE_KIT
    item, _created = StockItem.objects.get_or_create(
        code=code,
        defaults={
            "name_zh": name_zh,
            "name_en": name_en,
            "holds_zh": holds_zh,
            "holds_en": holds_en,
        },
    )
    return item


def staff_branch(branch: Branch, count: int, chance: random.Random) -> list[Staff]:
    """People with badges and weekly rosters; every second one may handle business at home."""
    people = Staff.objects.bulk_create(
        Staff(
            branch=branch,
            name=chance.choice(xian.SURNAMES) + chance.choice(xian.GIVEN_YOUNG),
            badge=f"{branch.code}-{number:03d}",
            can_handle=number % 2 == 1,
            can_witness=True,
        )
        for number in range(1, count + 1)
    )
    RosterShift.objects.bulk_create(
        RosterShift(staff=person, weekday=weekday, starts=OPENS, ends=CLOSES)
        for person in people
        for weekday in WEEKDAYS
    )
    return people


def make_customer(
    branch: Branch, chance: random.Random, *, phone: str, today: date | None = None
) -> Customer:
    """An invented customer within a few kilometres of a branch; not saved."""
    year = (today or clock.today()).year
    customer = Customer(
        branch=branch,
        name=chance.choice(xian.SURNAMES) + chance.choice(xian.GIVEN_OLD),
        birth_year=year - chance.randint(60, 95),
        address=f"{branch.address}幸福小区{chance.randint(1, 30)}号楼{chance.randint(1, 6)}单元",
        latitude=branch.latitude + chance.uniform(-0.03, 0.03),
        longitude=branch.longitude + chance.uniform(-0.03, 0.03),
        needs=chance.sample(Need.values, chance.choice([0, 0, 1, 1, 2])),
    )
    customer.set_phone(phone)
    return customer


def _places(chance: random.Random, count: int, *, prefix: str) -> list[xian.DemoBranch]:
    return [
        xian.DemoBranch(
            f"{prefix}-{number:04d}",
            f"第{number}支行",
            f"Branch no. {number}",
            "西安市",
            34.26 + chance.uniform(-0.15, 0.15),
            108.94 + chance.uniform(-0.18, 0.18),
            number % 5 == 0,
        )
        for number in range(1, count + 1)
    ]


def make_branch(region: Region, place: xian.DemoBranch) -> Branch:
    """A branch as the list gives it."""
    return Branch.objects.create(
        region=region,
        code=place.code,
        name_zh=place.name_zh,
        name_en=place.name_en,
        kind=BranchKind.DEMONSTRATION if place.demonstration else BranchKind.ORDINARY,
        address=place.address,
        phone="95555",
        latitude=place.latitude,
        longitude=place.longitude,
    )


def _branch(region: Region, place: xian.DemoBranch, types: Sequence[FacilityType]) -> Branch:
    branch = make_branch(region, place)
    equip(branch, types, None)
    return branch


def _customers(branches: Sequence[Branch], count: int, chance: random.Random) -> None:
    first = Customer.objects.count()
    Customer.objects.bulk_create(
        (
            make_customer(branches[n % len(branches)], chance, phone=f"139{first + n:08d}")
            for n in range(count)
        ),
        batch_size=1000,
    )


def _service(item: xian.DemoService, author: User, inner: User, centre: User) -> ServiceVersion:
    service, created = Service.objects.get_or_create(code=item.code)
    if not created:
        return service.versions.get(number=1)
    version = ServiceVersion.objects.create(
        service=service,
        number=1,
        name_zh=item.name_zh,
        name_en=item.name_en,
        prepare_zh=item.prepare_zh,
        prepare_en=item.prepare_en,
        steps_zh=xian.STEPS_ZH,
        steps_en=xian.STEPS_EN,
        at_home=item.at_home,
        at_branch=True,
        minutes=item.minutes,
        risk=item.risk,
        author=author,
    )
    review.submit(version=version, actor=author)
    review.pass_inner_review(version=version, actor=inner)
    return review.approve(version=version, actor=centre)


def user(
    username: str, full_name: str, role: Role, *, password: str, region: Region | None = None
) -> User:
    """A sign-in, made when it is missing."""
    found = User.objects.filter(username=username).first()
    if found is not None:
        return found
    return User.objects.create_user(
        username=username,
        password=password,
        full_name=full_name,
        role=role,
        region=region,
        is_staff=role == Role.ADMINISTRATOR,
        is_superuser=role == Role.ADMINISTRATOR,
    )
