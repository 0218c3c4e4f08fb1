"""The region in which it happens: branches, teams, and one customer for each booking."""

from uuid import uuid4

from accounts.models import Region, User
from accounts.roles import Role
from demo import population
from demo.population import Size

CODE = "CHAOS"
STAFF = 6
VISITS_PER_BRANCH = 70  # about half of what six people can do in two weeks


def set_up(visits: int, seed: int) -> None:
    """Make people and services; the customers number ``visits``."""
    region = population.region_of(CODE, "风暴", "Chaos")
    population.services(*(_user(region, role) for role in (Role.OFFICER, Role.REVIEWER, "centre")))
    branches = max(3, visits // VISITS_PER_BRANCH)
    made = population.populate(size=Size(branches, STAFF, visits), seed=seed, region=region)
    for branch in made:
        _age(branch.pk)


def _user(region: Region, role: str) -> User:
    known = Role.REVIEWER if role == "centre" else Role(role)
    return population.user(role, role, known, password=uuid4().hex, region=region)


def _age(branch: int) -> None:
    """Everybody is old enough to be visited without another reason."""
    from eldercare.models import Customer
    from foundation import clock

    Customer.objects.filter(branch=branch).update(birth_year=clock.today().year - 85)
