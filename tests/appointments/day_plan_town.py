"""A day that first come, first served has planned badly: the same for every test of day plans."""

from datetime import date

from appointments.models import HomeVisit
from branches.models import Staff
from tests.appointments.test_booking import book
from tests.make import TOMORROW, Town, at, make_branch, make_customer, make_staff

NORTH = 0.05


def make_neighbours(town: Town) -> list[Staff]:
    """Two people of a branch five kilometres to the north, where customers of Chengdong live."""
    branch = make_branch(
        town.region, latitude=town.branch.latitude + NORTH, longitude=town.branch.longitude
    )
    return make_staff(branch, 2)


def book_in_the_north(town: Town, day: date = TOMORROW) -> list[HomeVisit]:
    """Chengdong's own two drive north four times that day, past the neighbours' door."""
    found = []
    for n, hour in enumerate((9, 11, 13, 15)):
        customer = make_customer(
            town.branch,
            latitude=town.branch.latitude + NORTH + n * 0.00113,
            longitude=town.branch.longitude + 0.00012 + n * 0.00113,
        )
        found.append(book(town, at(hour, day=day), customer=customer))
    return found
