"""Rows for tests: ``make_x(**overrides)``. Times derive from each other, so none is impossible.

The world is small and named: Chengdong is a branch with a team of four; Alice (assistant) and
Martha (manager) work there; Bob works in Gaoxin; Olga is the region's officer; Rita and Rosa
review; Grandma Li is a customer of Chengdong and Jing is her daughter.
"""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import Region, User
from accounts.roles import Role
from appointments.asking import Asker
from appointments.models.home_visit import AskedBy
from branches.models import Branch, Staff
from demo import population, xian
from eldercare.models import Consent, Customer, Representative, Service, ServiceVersion
from eldercare.models.consent import ConsentGiven, Relation
from foundation import clock

SHANGHAI = ZoneInfo("Asia/Shanghai")
_numbers = count(1)

# A Wednesday with ordinary working days around it.
TODAY = date(2026, 11, 25)
MORNING = datetime.combine(TODAY, time(9, 30), tzinfo=SHANGHAI)
TOMORROW = TODAY + timedelta(days=1)


def at(hour: int, minute: int = 0, day: date = TOMORROW) -> datetime:
    """A wall-clock time in the branches' zone; tomorrow unless another day is given."""
    return datetime.combine(day, time(hour, minute), tzinfo=SHANGHAI)


def make_region(**overrides: Any) -> Region:
    fields = {"code": f"R{next(_numbers)}", "name_zh": "西安分行", "name_en": "Xi'an"} | overrides
    return Region.objects.create(**fields)


def make_user(role: Role = Role.ASSISTANT, **overrides: Any) -> User:
    """A sign-in, password ``secret``; region roles need ``region=``, branch roles ``branches=``."""
    branches = overrides.pop("branches", [])
    username = overrides.pop("username", f"user{next(_numbers)}")
    fields = {"full_name": username.title(), "role": role} | overrides
    user = User.objects.create_user(username=username, password="secret", **fields)
    user.branches.set(branches)
    return user


def make_branch(region: Region | None = None, **overrides: Any) -> Branch:
    """A branch that is open Monday to Friday, 9:00 to 17:00, equipped as the article promises."""
    place = xian.BRANCHES[0]
    branch = Branch.objects.create(
        **{
            "region": region or make_region(),
            "code": f"B{next(_numbers)}",
            "name_zh": place.name_zh,
            "name_en": place.name_en,
            "kind": "demonstration",
            "address": place.address,
            "phone": "95555",
            "latitude": place.latitude,
            "longitude": place.longitude,
        }
        | overrides
    )
    population.equip(branch, population.facility_types(), None)
    return branch


def make_staff(branch: Branch, number: int = 2) -> list[Staff]:
    """A team: people with odd badge numbers may handle, all may witness."""
    return population.staff_branch(branch, number, random.Random(next(_numbers)))


def make_customer(branch: Branch, **overrides: Any) -> Customer:
    """An 85-year-old who lives a kilometre and a half from the branch."""
    phone = overrides.pop("phone", f"138{next(_numbers):08d}")
    fields = {
        "branch": branch,
        "name": "李桂兰",
        "preferred_name": "李奶奶",
        "birth_year": clock.today().year - 85,
        "address": "幸福小区3号楼2单元101",
        "latitude": branch.latitude + 0.01,
        "longitude": branch.longitude + 0.01,
        "needs": ["mobility"],
    } | overrides
    customer = Customer(**fields)
    customer.set_phone(phone)
    customer.save()
    return customer


def make_daughter(customer: Customer, *, consent: bool = True, **overrides: Any) -> Representative:
    """A daughter, with a consent that stands unless told otherwise."""
    phone = overrides.pop("phone", f"137{next(_numbers):08d}")
    daughter = Representative(
        **{"customer": customer, "name": "陈静", "relation": Relation.CHILD} | overrides
    )
    daughter.set_phone(phone)
    daughter.save()
    if consent:
        Consent.objects.create(
            representative=daughter,
            matter="预约上门服务",
            given=ConsentGiven.IN_PERSON,
            recorded_by=make_user(),
            starts=clock.today(),
            ends=clock.today() + timedelta(days=365),
        )
    return daughter


def make_version(**overrides: Any) -> ServiceVersion:
    """A low-risk service of 30 minutes for home and branch, let through by two reviewers."""
    region = overrides.pop("region", None) or make_region()
    service = overrides.pop("service", None) or Service.objects.create(
        code=f"service-{next(_numbers)}"
    )
    fields = {
        "service": service,
        "number": 1,
        "status": "approved",
        "name_zh": "密码重置",
        "name_en": "password reset",
        "prepare_zh": "本人身份证",
        "prepare_en": "your identity card",
        "at_home": True,
        "at_branch": True,
        "minutes": 30,
        "risk": "low",
        "author": make_user(Role.OFFICER, region=region),
        "inner_reviewer": make_user(Role.REVIEWER, region=region),
        "rechecker": make_user(Role.REVIEWER, region=region),
    }
    if overrides.get("status") == "draft":
        fields |= {"inner_reviewer": None, "rechecker": None}
    return ServiceVersion.objects.create(**fields | overrides)


def by_customer() -> Asker:
    """The customer asks in person."""
    return Asker(AskedBy.CUSTOMER)


def new_key() -> str:
    """An idempotency key that no other test has."""
    return f"test-{next(_numbers)}"


@dataclass(frozen=True)
class Town:
    """The named world: who belongs to Chengdong, and who to elsewhere."""

    region: Region
    branch: Branch
    team: list[Staff]
    alice: User
    martha: User
    olga: User
    rita: User
    gaoxin: Branch
    bob: User
    zoe: User
    admin: User
    grandmother: Customer
    version: ServiceVersion


def make_town(*, staff: int = 2) -> Town:
    """Chengdong with its people, Gaoxin with Bob, and Zoe, the officer of another region."""
    region = make_region()
    branch, gaoxin = make_branch(region), make_branch(region, name_en="Gaoxin")
    return Town(
        region=region,
        branch=branch,
        team=make_staff(branch, staff),
        alice=make_user(branches=[branch]),
        martha=make_user(Role.MANAGER, branches=[branch]),
        olga=make_user(Role.OFFICER, region=region),
        rita=make_user(Role.REVIEWER, region=region),
        gaoxin=gaoxin,
        bob=make_user(branches=[gaoxin]),
        zoe=make_user(Role.OFFICER, region=make_region()),
        admin=make_user(Role.ADMINISTRATOR),
        grandmother=make_customer(branch),
        version=make_version(region=region),
    )
