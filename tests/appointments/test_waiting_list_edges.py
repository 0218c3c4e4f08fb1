"""What could stop the waiting list, or take away what it has promised."""

from datetime import date, timedelta

import pytest
import time_machine

from appointments import waiting_list
from appointments.availability import demand_for, next_windows
from appointments.holds import hold_window, holds_of
from appointments.models import Wish
from eldercare.models import Customer, ServiceVersion
from tests import make
from tests.make import Town
from workflow.models import Message


def join(town: Town, customer: Customer, version: ServiceVersion | None = None) -> Wish:
    return waiting_list.join(
        customer=customer,
        version=version or town.version,
        first_day=make.TOMORROW,
        last_day=make.TOMORROW,
        asker=make.by_customer(),
    )


def status(wish: Wish) -> str:
    return Wish.objects.get(pk=wish.pk).status


def test_customer_whose_place_was_forgotten_does_not_stop_the_others(town: Town) -> None:
    lost = join(town, town.grandmother)
    found = join(town, make.make_customer(town.branch))
    Customer.objects.filter(pk=town.grandmother.pk).update(latitude=None, longitude=None)

    assert waiting_list.sweep() == 1
    assert (status(lost), status(found)) == ("waiting", "offered")


def test_customer_whom_a_rule_keeps_us_from_does_not_stop_the_others(town: Town) -> None:
    kept_from = join(town, town.grandmother)
    found = join(town, make.make_customer(town.branch))
    Customer.objects.filter(pk=town.grandmother.pk).update(
        birth_year=make.TODAY.year - 65, needs=[]
    )

    assert waiting_list.sweep() == 1
    assert (status(kept_from), status(found)) == ("waiting", "offered")


def test_service_that_was_retired_is_not_offered_any_more(town: Town) -> None:
    wish = join(town, town.grandmother)
    ServiceVersion.objects.filter(pk=town.version.pk).update(status="retired")

    assert waiting_list.sweep() == 0
    assert status(wish) == "lapsed"
    assert not holds_of(town.grandmother)
    assert not Message.objects.exists()


def test_second_wish_of_one_customer_does_not_take_the_first_ones_time(town: Town) -> None:
    first = join(town, town.grandmother)
    second = join(town, town.grandmother, make.make_version())

    assert waiting_list.sweep() == 1
    kept = holds_of(town.grandmother)
    assert waiting_list.sweep() == 0
    assert (status(first), status(second)) == ("offered", "waiting")
    assert holds_of(town.grandmother) == kept
    row = Wish.objects.get(pk=first.pk)
    visit = waiting_list.accept(wish=row, key=make.new_key(), asker=make.by_customer())
    assert visit.window.lower == row.offered_start
    assert waiting_list.sweep() == 1
    assert status(second) == "offered"


def test_open_form_is_not_taken_away_by_an_offer(town: Town) -> None:
    wish = join(town, town.grandmother)
    demand = demand_for(town.grandmother, town.version)
    window = next_windows(town.branch, demand)[0]
    hold_window(customer=town.grandmother, version=town.version, window_start=window.start)
    kept = holds_of(town.grandmother)

    assert waiting_list.sweep() == 0
    assert (status(wish), holds_of(town.grandmother)) == ("waiting", kept)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (make.TODAY - timedelta(days=2), make.TODAY - timedelta(days=1)),
        (make.TOMORROW, make.TODAY),
        (make.TOMORROW, make.TODAY + timedelta(days=366)),
    ],
)
def test_impossible_spans_are_refused(town: Town, first: date, last: date) -> None:
    from foundation.errors import InvalidInput

    with pytest.raises(InvalidInput) as refusal:
        waiting_list.join(
            customer=town.grandmother,
            version=town.version,
            first_day=first,
            last_day=last,
            asker=make.by_customer(),
        )
    assert set(refusal.value.fields) == {"last_day"}
    assert not Wish.objects.exists()


def test_days_that_cannot_be_booked_yet_are_looked_at_when_they_can(
    town: Town, clock: time_machine.Traveller
) -> None:
    later = make.TODAY + timedelta(days=20)
    wish = waiting_list.join(
        customer=town.grandmother,
        version=town.version,
        first_day=later,
        last_day=later,
        asker=make.by_customer(),
    )
    assert waiting_list.sweep() == 0
    clock.shift(timedelta(days=10))
    assert waiting_list.sweep() == 1
    assert status(wish) == "offered"
