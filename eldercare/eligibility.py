"""Whom we may visit at home: rules as data, each with its words and where it comes from.

The law sets one line only, 60 (老年人权益保障法 art. 2); the other ages are practice and stand in
``NUANBAN_AGE_TIERS``. No law makes a bank come, but a refusal needs its reason (DOMAIN §4).
``judge`` decides and writes nothing; ``decide`` keeps the decision with the rules that made it.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from branches.models import Branch
from eldercare import guardian_route
from eldercare.models import Customer, EligibilityDecision, Need, ServiceVersion
from eldercare.models.eligibility import Offer, Outcome
from eldercare.states import ReviewStatus
from foundation import clock
from foundation.geography import kilometres
from foundation.locks import locking


@dataclass(frozen=True)
class Facts:
    """What is known at this moment besides the customer's own row.

    ``km`` is the distance to the nearest branch in a straight line, None when we do not know where
    the customer lives. A clear mind is presumed (Civil Code art. 17, 18): only somebody who has
    spoken with the customer says otherwise.
    """

    km: float | None
    in_hospital: bool = False
    mind_clear: bool = True
    pressure_suspected: bool = False


@dataclass(frozen=True)
class Case:
    """One question: this person, this business, as it stands today."""

    age: int
    needs: frozenset[str]
    at_home: bool
    from_age: int
    facts: Facts


class Effect(Enum):
    """What a rule does when it holds; in this order one outweighs the next."""

    STOPS = "stops"
    REFUSES = "refuses"
    GRANTS = "grants"


@dataclass(frozen=True)
class Rule:
    """One rule: what it does when it holds, in words for the customer, and who says so."""

    code: str
    effect: Effect
    words: Promise
    source: str
    holds: Callable[[Case], bool]
    offers: tuple[Offer, ...] = ()


def _tier(name: str) -> int:
    return int(settings.NUANBAN_AGE_TIERS[name])


def _out_of_reach(case: Case) -> bool:
    return case.facts.km is not None and case.facts.km > settings.NUANBAN_TRAVEL["reach_km"]


def _old_with_a_need(case: Case) -> bool:
    return case.age >= _tier("with_a_need") and bool(case.needs)


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "mind_unclear",
        Effect.STOPS,
        _("We want to be sure that this is your own wish, so nothing is signed today."),
        "Civil Code art. 21, 22, 24, 28",
        lambda case: not case.facts.mind_clear,
        (Offer.GUARDIAN, Offer.PHONE),
    ),
    Rule(
        "pressure_suspected",
        Effect.STOPS,
        _("Your money is yours to decide about. We stop here and talk with you alone first."),
        "老年人权益保障法 art. 22; DOMAIN §4",
        lambda case: case.facts.pressure_suspected,
        (Offer.PHONE,),
    ),
    Rule(
        "not_at_home",
        Effect.REFUSES,
        _("This business can only be done in a branch."),
        "DOMAIN §4: whitelist for homes",
        lambda case: not case.at_home,
        (Offer.ESCORT,),
    ),
    Rule(
        "too_young_for_it",
        Effect.REFUSES,
        _("This business is offered at home from a greater age only."),
        "the service's own reviewed version",
        lambda case: case.age < case.from_age,
        (Offer.ESCORT,),
    ),
    Rule(
        "place_unknown",
        Effect.REFUSES,
        _("We do not know yet where you live."),
        "DOMAIN §4: in reach",
        lambda case: case.facts.km is None,
        (Offer.PHONE, Offer.ESCORT),
    ),
    Rule(
        "out_of_reach",
        Effect.REFUSES,
        _("Your home is too far from our branches for us to come and keep the time."),
        "DOMAIN §4: in reach",
        _out_of_reach,
        (Offer.ESCORT, Offer.PHONE),
    ),
    Rule(
        "in_hospital",
        Effect.GRANTS,
        _("You are in hospital: we come to you, after a word with your doctor."),
        "DOMAIN §4: practice of 2013 to 2025",
        lambda case: case.facts.in_hospital,
    ),
    Rule(
        "mobility",
        Effect.GRANTS,
        _("Walking is hard for you: we come to you."),
        "DOMAIN §4: mobility-limited, whatever the age",
        lambda case: Need.MOBILITY in case.needs,
    ),
    Rule(
        "age_with_a_need",
        Effect.GRANTS,
        _("You are over the age from which we come to customers with special needs."),
        "老年人权益保障法 art. 2; tiers are the bank's own",
        _old_with_a_need,
    ),
    Rule(
        "age_alone",
        Effect.GRANTS,
        _("You are over the age from which we come to every customer who asks."),
        "practice, no law; tiers are the bank's own",
        lambda case: case.age >= _tier("alone"),
    ),
)

# Holds when no other rule does: a refusal by silence would have no reason to show.
NO_REASON: Final = Rule(
    "no_reason_to_come",
    Effect.REFUSES,
    _("Home visits are kept for those who cannot come to us: for illness, need or great age."),
    "DOMAIN §4: eligibility seen at ABC, CCB and ICBC",
    lambda _case: True,
    (Offer.ESCORT,),
)

BY_CODE: Final = {rule.code: rule for rule in (*RULES, NO_REASON)}

_OUTCOMES: Final = {
    Effect.STOPS: Outcome.STOPPED,
    Effect.REFUSES: Outcome.NOT_ELIGIBLE,
    Effect.GRANTS: Outcome.ELIGIBLE,
}


@dataclass(frozen=True)
class Verdict:
    """The answer with the rules that made it, the weightiest kind only."""

    outcome: Outcome
    rules: tuple[Rule, ...]

    @property
    def may_be_visited(self) -> bool:
        return self.outcome == Outcome.ELIGIBLE

    @property
    def offers(self) -> tuple[Offer, ...]:
        """What is offered instead, each once, the first rule's first."""
        return tuple(dict.fromkeys(offer for rule in self.rules for offer in rule.offers))

    @property
    def words(self) -> list[str]:
        """Why, and what instead: whole sentences for the customer, in the reader's language."""
        return [str(rule.words) for rule in self.rules] + [str(o.label) for o in self.offers]


def facts_of(
    customer: Customer,
    *,
    in_hospital: bool = False,
    mind_clear: bool | None = None,
    pressure_suspected: bool | None = None,
) -> Facts:
    """The facts with the distance to the nearest branch of the customer's region; two queries.

    What nobody says now holds as it was last decided: a stop stands until somebody has spoken with
    the customer and decides anew, and booking again does not lift it.
    """
    if mind_clear is None or pressure_suspected is None:
        last = last_decision(customer)
        said = last.facts if last is not None and last.outcome == Outcome.STOPPED else {}
        mind_clear = said.get("mind_clear", True) if mind_clear is None else mind_clear
        if pressure_suspected is None:
            pressure_suspected = bool(said.get("pressure_suspected", False))
    return Facts(nearest_branch_km(customer), in_hospital, bool(mind_clear), pressure_suspected)


def nearest_branch_km(customer: Customer) -> float | None:
    """How far the nearest open branch of the region is, in a straight line; None if unknown."""
    if customer.latitude is None or customer.longitude is None:
        return None
    home = (customer.latitude, customer.longitude)
    places = Branch.objects.filter(region=customer.branch.region_id, is_active=True).values_list(
        "latitude", "longitude"
    )
    return min((kilometres(home, place) for place in places), default=None)


def judge(customer: Customer, version: ServiceVersion, facts: Facts) -> Verdict:
    """Whether this person may be visited for this business. Reads nothing and writes nothing."""
    case = Case(
        age=customer.age,
        needs=frozenset(customer.needs),
        at_home=version.at_home and version.status == ReviewStatus.APPROVED,
        from_age=version.from_age or 0,
        facts=facts,
    )
    holding = [rule for rule in RULES if rule.holds(case)] or [NO_REASON]
    for effect in Effect:
        deciding = tuple(rule for rule in holding if rule.effect == effect)
        if deciding:
            return Verdict(_OUTCOMES[effect], deciding)
    raise AssertionError("every rule has an effect")


def decide(
    *,
    customer: Customer,
    version: ServiceVersion,
    facts: Facts,
    user: User | None = None,
    asked_by: str = "staff",
) -> tuple[Verdict, EligibilityDecision]:
    """Judge and keep the decision; a stop calls for a person and for a look again later.

    Runs in a transaction of its own, so that the record stays when the caller then refuses.
    """
    verdict = judge(customer, version, facts)
    with locking():
        before = last_decision(customer)
        decision = EligibilityDecision.objects.create(
            customer=customer,
            service_version=version,
            outcome=verdict.outcome,
            rules=[rule.code for rule in verdict.rules],
            offers=[offer.value for offer in verdict.offers],
            facts=_kept(customer, facts),
            actor=user,
            actor_kind=asked_by,
        )
        stood_already = before is not None and before.outcome == Outcome.STOPPED
        if verdict.outcome == Outcome.STOPPED and not stood_already:
            guardian_route.refer(decision)
    return verdict, decision


def _kept(customer: Customer, facts: Facts) -> dict[str, object]:
    """The facts as they are stored: an age band and whole kilometres, no more than is needed."""
    km = None if facts.km is None else round(facts.km)
    needs = sorted(customer.needs)
    return {**asdict(facts), "km": km, "age_band": customer.age // 10 * 10, "needs": needs}


def words_of(decision: EligibilityDecision) -> list[str]:
    """A stored decision in the reader's language: the reasons, then what is offered."""
    reasons = [str(BY_CODE[code].words) for code in decision.rules if code in BY_CODE]
    return reasons + [str(Offer(offer).label) for offer in decision.offers]


def last_decision(customer: Customer) -> EligibilityDecision | None:
    """What was decided last about this customer, today's or older."""
    return customer.eligibility_decisions.filter(at__lte=clock.now()).first()
