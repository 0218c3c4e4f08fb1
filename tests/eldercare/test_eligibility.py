"""Whom we may visit at home, why not, and what is offered instead (DOMAIN §4)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import translation

from accounts.permissions import Permission
from eldercare import eligibility
from eldercare.eligibility import BY_CODE, RULES, Effect, Facts
from eldercare.models import Customer, EligibilityDecision
from eldercare.models.eligibility import Outcome
from tests.make import MORNING, Town, make_customer, make_town, make_version
from workflow import due_steps
from workflow.models import DueStep

pytestmark = pytest.mark.django_db(transaction=True)

NEAR = Facts(km=1.5)


@pytest.fixture
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as moment:
        yield moment


@pytest.fixture
def town(moment: time_machine.Traveller) -> Town:
    return make_town()


def person(town: Town, age: int, *needs: str) -> Customer:
    return make_customer(town.branch, birth_year=MORNING.year - age, needs=list(needs))


@pytest.mark.parametrize(
    ("age", "needs", "facts", "outcome", "rules"),
    [
        (85, ["mobility"], {}, "eligible", ["mobility", "age_with_a_need", "age_alone"]),
        (80, [], {}, "eligible", ["age_alone"]),
        (79, [], {}, "not_eligible", ["no_reason_to_come"]),
        (60, ["hearing"], {}, "eligible", ["age_with_a_need"]),
        (59, ["hearing"], {}, "not_eligible", ["no_reason_to_come"]),
        (45, ["mobility"], {}, "eligible", ["mobility"]),
        (62, [], {"in_hospital": True}, "eligible", ["in_hospital"]),
        (85, [], {"km": 25.0}, "eligible", ["age_alone"]),
        (85, [], {"km": 25.1}, "not_eligible", ["out_of_reach"]),
        (85, [], {"km": None}, "not_eligible", ["place_unknown"]),
        (85, ["memory"], {"mind_clear": False}, "stopped", ["mind_unclear"]),
        (85, [], {"pressure_suspected": True}, "stopped", ["pressure_suspected"]),
        (
            *(85, [], {"mind_clear": False, "pressure_suspected": True, "km": 99.0}),
            *("stopped", ["mind_unclear", "pressure_suspected"]),
        ),
    ],
)
def test_who_is_visited(
    town: Town,
    age: int,
    needs: list[str],
    facts: dict[str, Any],
    outcome: str,
    rules: list[str],
) -> None:
    known = Facts(**{"km": 1.5} | facts)
    verdict = eligibility.judge(person(town, age, *needs), town.version, known)
    assert (verdict.outcome, [rule.code for rule in verdict.rules]) == (outcome, rules)
    assert verdict.may_be_visited is (outcome == "eligible")


def test_forgetfulness_alone_is_no_unclear_mind(town: Town) -> None:
    verdict = eligibility.judge(person(town, 70, "memory"), town.version, NEAR)
    assert [rule.code for rule in verdict.rules] == ["age_with_a_need"]


def test_ages_are_settings(town: Town, settings: Any) -> None:
    customer = person(town, 72)
    assert not eligibility.judge(customer, town.version, NEAR).may_be_visited
    settings.NUANBAN_AGE_TIERS = {"with_a_need": 60, "alone": 70}
    assert eligibility.judge(customer, town.version, NEAR).may_be_visited


@pytest.mark.parametrize("version", [{"at_home": False}, {"status": "draft"}])
def test_business_that_is_not_let_through_for_homes(town: Town, version: dict[str, Any]) -> None:
    verdict = eligibility.judge(town.grandmother, make_version(**version), NEAR)
    assert [rule.code for rule in verdict.rules] == ["not_at_home"]


def test_a_no_says_why_and_what_we_offer_instead(town: Town) -> None:
    verdict = eligibility.judge(person(town, 65), town.version, NEAR)
    with translation.override("en"):
        assert verdict.words == [
            "Home visits are kept for those who cannot come to us: for illness, need or great age.",
            "We will gladly accompany you at a branch, from door to door.",
        ]


def test_each_rule_has_its_source_and_each_no_its_offer() -> None:
    assert len(BY_CODE) == len(RULES) + 1
    assert all(rule.source for rule in BY_CODE.values())
    assert all(bool(rule.offers) is (rule.effect != Effect.GRANTS) for rule in BY_CODE.values())


def test_the_nearest_branch_counts(town: Town) -> None:
    customer = make_customer(
        town.branch, latitude=town.branch.latitude + 0.1, longitude=town.branch.longitude
    )
    km = eligibility.nearest_branch_km(customer)
    assert km is not None
    assert round(km, 2) == 11.12
    town.gaoxin.latitude, town.gaoxin.longitude = customer.latitude or 0, customer.longitude or 0
    town.gaoxin.save()
    assert eligibility.facts_of(customer) == Facts(km=0.0)
    assert eligibility.facts_of(make_customer(town.branch, latitude=None, longitude=None)) == Facts(
        km=None
    )


def test_a_decision_is_kept_with_its_rules(town: Town) -> None:
    verdict, decision = eligibility.decide(
        customer=person(town, 65), version=town.version, facts=NEAR, user=town.alice
    )
    stored = EligibilityDecision.objects.get()
    assert stored == decision
    assert (stored.outcome, stored.rules, stored.offers, stored.actor, stored.actor_kind) == (
        "not_eligible",
        ["no_reason_to_come"],
        ["escort"],
        town.alice,
        "staff",
    )
    assert stored.facts == {
        "km": 2,
        "in_hospital": False,
        "mind_clear": True,
        "pressure_suspected": False,
        "age_band": 60,
        "needs": [],
    }
    assert eligibility.words_of(stored) == verdict.words
    assert DueStep.objects.count() == 0


def test_an_unclear_mind_is_a_stop_and_is_followed_up(
    town: Town, moment: time_machine.Traveller
) -> None:
    facts = Facts(km=1.5, mind_clear=False)
    _verdict, decision = eligibility.decide(
        customer=town.grandmother, version=town.version, facts=facts, asked_by="customer"
    )
    assert decision.offers == ["guardian", "phone"]
    steps = DueStep.objects.order_by("due_at").values_list(
        "kind", "status", "branch_code", "subject", "outcome"
    )
    here = (town.branch.code, decision.subject)
    assert list(steps) == [
        ("guardian_referred", "open", *here, "mind_unclear"),
        ("guardian_follow_up", "waiting", *here, ""),
    ]
    moment.shift(timedelta(days=7))
    assert due_steps.act_on_due() == 1
    assert list(steps.all())[1][1::3] == ("open", "mind_unclear")


def test_nobody_is_asked_again_when_a_later_decision_found_all_well(
    town: Town, moment: time_machine.Traveller
) -> None:
    question: dict[str, Any] = {"customer": town.grandmother, "version": town.version}
    eligibility.decide(**question, facts=Facts(km=1.5, pressure_suspected=True), user=town.alice)
    moment.shift(timedelta(hours=1))
    _verdict, well = eligibility.decide(**question, facts=NEAR, user=town.martha)
    assert eligibility.last_decision(town.grandmother) == well
    moment.shift(timedelta(days=7))
    due_steps.act_on_due()
    step = DueStep.objects.get(kind="guardian_follow_up")
    assert (step.status, step.outcome) == ("skipped", "decided again: eligible")


def test_decisions_are_never_changed(town: Town) -> None:
    eligibility.decide(customer=town.grandmother, version=town.version, facts=NEAR)
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        EligibilityDecision.objects.update(outcome=Outcome.STOPPED)
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        EligibilityDecision.objects.all().delete()


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"rules": []}, "eligibility_has_a_rule"),
        ({"outcome": "maybe", "offers": ["phone"]}, "eligibility_outcome_known"),
        ({"outcome": "not_eligible"}, "eligibility_no_comes_with_an_offer"),
        ({"offers": ["escort"]}, "eligibility_no_comes_with_an_offer"),
        ({"outcome": "stopped", "offers": ["cake"]}, "eligibility_offers_known"),
    ],
)
def test_the_database_refuses_a_no_without_reason(
    town: Town, wrong: dict[str, Any], constraint: str
) -> None:
    right = {"outcome": "eligible", "rules": ["mobility"], "offers": []}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        EligibilityDecision.objects.create(
            customer=town.grandmother, service_version=town.version, **right | wrong
        )
    assert EligibilityDecision.objects.count() == 0


def test_decisions_are_seen_in_ones_own_branch_only(town: Town) -> None:
    eligibility.decide(customer=town.grandmother, version=town.version, facts=NEAR)
    seen = EligibilityDecision.objects.for_user
    assert seen(town.alice, Permission.VIEW_CUSTOMER).count() == 1
    assert seen(town.bob, Permission.VIEW_CUSTOMER).count() == 0
    assert seen(town.zoe, Permission.VIEW_CUSTOMER).count() == 0
