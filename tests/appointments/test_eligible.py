"""Nobody is offered a visit whom we do not visit, and everybody is told why and what instead."""

import pytest

from appointments.availability import NotEligible, demand_for
from appointments.booking import book_visit
from appointments.models import HomeVisit
from eldercare.models import Customer, EligibilityDecision
from foundation import clock
from tests import make
from tests.make import Town
from workflow.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def sprightly(town: Town) -> Customer:
    """Sixty-five, and walks to the branch."""
    return make.make_customer(town.branch, birth_year=clock.today().year - 65, needs=[])


def book(town: Town, customer: Customer, key: str) -> HomeVisit:
    return book_visit(
        customer=customer,
        version=town.version,
        window_start=make.at(10),
        key=key,
        asker=make.by_customer(),
    )


def test_who_can_come_is_told_why_we_do_not_and_what_we_do_instead(
    town: Town, sprightly: Customer
) -> None:
    with pytest.raises(NotEligible) as refusal:
        demand_for(sprightly, town.version)
    assert refusal.value.data == {"rules": ["no_reason_to_come"], "offers": ["escort"]}
    assert str(refusal.value.message)
    assert not EligibilityDecision.objects.exists()


def test_a_booking_that_is_refused_leaves_the_decision_and_nothing_else(
    town: Town, sprightly: Customer
) -> None:
    with pytest.raises(NotEligible):
        book(town, sprightly, "key")
    decision = EligibilityDecision.objects.get()
    assert (decision.customer, decision.rules) == (sprightly, ["no_reason_to_come"])
    assert decision.actor_kind == "customer"
    assert not HomeVisit.objects.exists()
    assert not Message.objects.exists()


def test_a_booking_keeps_by_which_rules_we_come_once(town: Town) -> None:
    assert book(town, town.grandmother, "key") == book(town, town.grandmother, "key")
    assert EligibilityDecision.objects.get().rules == ["mobility", "age_with_a_need", "age_alone"]
