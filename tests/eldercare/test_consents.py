"""Who may act for whom, for what, until when; withdrawing works at once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from appointments.asking import Asker, ConsentMissing, check_consent
from appointments.models.home_visit import AskedBy
from eldercare import consents
from eldercare.consents import Authorisation
from eldercare.models import Consent, ConsentEvent, Representative
from eldercare.models.consent import ConsentGiven
from foundation.errors import InvalidInput, MoveRefused, NotAllowed
from tests.make import MORNING, TODAY, Town, make_town, make_version

pytestmark = pytest.mark.django_db

A_YEAR = Authorisation("预约上门服务", ConsentGiven.IN_PERSON, TODAY, TODAY + timedelta(days=365))


@pytest.fixture
def town() -> Iterator[Town]:
    with time_machine.travel(MORNING, tick=False):
        yield make_town()


def jing(town: Town) -> Representative:
    return consents.add_representative(
        customer=town.grandmother,
        name="陈静",
        relation="child",
        phone="137 1111 2222",
        actor=town.alice,
    )


def test_without_consent_nobody_acts(town: Town) -> None:
    daughter = jing(town)
    assert not consents.may_act(daughter)
    assert not consents.may_ask_for(daughter, town.version)
    assert list(consents.who_may_act_for(town.grandmother)) == []


def test_the_same_phone_is_the_same_person(town: Town) -> None:
    assert jing(town) == jing(town)


def test_a_consent_holds_until_it_is_withdrawn(town: Town) -> None:
    daughter = jing(town)
    asker = Asker(AskedBy.FAMILY, representative=daughter)
    consent = consents.give_consent(representative=daughter, authorisation=A_YEAR, actor=town.alice)
    check_consent(asker, town.grandmother)
    assert consents.may_ask_for(daughter, town.version)
    assert list(consents.who_may_act_for(town.grandmother)) == [daughter]

    consents.withdraw_consent(consent=consent, why="不想了", asked_by="customer")

    with pytest.raises(ConsentMissing):
        check_consent(asker, town.grandmother)
    assert not consents.may_act(daughter)
    assert list(
        ConsentEvent.objects.values_list("from_status", "to_status", "actor_kind", "reason")
    ) == [("", "given", "staff", ""), ("given", "withdrawn", "customer", "不想了")]
    with pytest.raises(MoveRefused):
        consents.withdraw_consent(consent=consent, why="again", actor=town.alice)
    assert ConsentEvent.objects.count() == 2


def test_the_scope_is_honoured(town: Town) -> None:
    daughter, other = jing(town), make_version(region=town.region)
    consents.give_consent(
        representative=daughter,
        authorisation=replace(A_YEAR, services=[town.version.service]),
        actor=town.alice,
    )
    assert consents.may_ask_for(daughter, town.version)
    assert not consents.may_ask_for(daughter, other)


def test_taking_the_last_service_away_leaves_none(town: Town) -> None:
    daughter = jing(town)
    consent = consents.give_consent(
        representative=daughter,
        authorisation=replace(A_YEAR, services=[town.version.service]),
        actor=town.alice,
    )
    consent.services.clear()
    assert not consents.may_ask_for(daughter, town.version)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"matter": " "}, "matter"),
        ({"given": "telepathy"}, "given"),
        ({"given": ConsentGiven.PAPER}, "evidence"),
        ({"given": ConsentGiven.RECORDED_CALL, "evidence": " "}, "evidence"),
        ({"starts": TODAY + timedelta(days=366)}, "ends"),
        ({"starts": TODAY - timedelta(days=9), "ends": TODAY - timedelta(days=1)}, "ends"),
    ],
)
def test_all_five_things_are_needed(town: Town, change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        consents.give_consent(
            representative=jing(town), authorisation=replace(A_YEAR, **change), actor=town.alice
        )
    assert set(refused.value.fields) == {field}
    assert not Consent.objects.exists()


def test_not_before_its_first_day(town: Town) -> None:
    daughter = jing(town)
    tomorrow = replace(A_YEAR, starts=TODAY + timedelta(days=1))
    consents.give_consent(representative=daughter, authorisation=tomorrow, actor=town.alice)
    assert not consents.may_act(daughter)


def test_officers_take_nothing_down(town: Town) -> None:
    with pytest.raises(NotAllowed):
        consents.give_consent(representative=jing(town), authorisation=A_YEAR, actor=town.olga)


def test_paper_without_a_number_is_refused_by_the_database(town: Town) -> None:
    with pytest.raises(IntegrityError, match="consent_has_evidence"), transaction.atomic():
        Consent.objects.create(
            representative=jing(town),
            matter="x",
            given="paper",
            recorded_by=town.alice,
            starts=TODAY,
            ends=TODAY,
        )
