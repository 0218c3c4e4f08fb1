"""Services are drafted, changed while nobody reviews them, and never brought home with cash."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from eldercare import catalogue, eligibility, review
from eldercare.catalogue import Content
from eldercare.eligibility import Facts
from eldercare.models import Service, ServiceVersion
from foundation.errors import InvalidInput, MoveRefused, NotAllowed
from tests.make import Town, make_town, make_user, make_version

pytestmark = pytest.mark.django_db(transaction=True)

CONTENT = Content(
    name_zh="存单处理",
    name_en="certificate of deposit",
    minutes=40,
    at_home=True,
    must_record=True,
    from_age=60,
    limits_zh="每次一张",
    limits_en="one at a time",
)


@pytest.fixture
def town() -> Town:
    return make_town()


def test_a_new_service_begins_as_a_draft(town: Town) -> None:
    version = catalogue.draft_service(code="certificate", content=CONTENT, actor=town.olga)
    stored = ServiceVersion.objects.get(service__code="certificate")
    assert stored == version
    assert (stored.number, stored.status, stored.author) == (1, "draft", town.olga)
    assert catalogue.content_of(stored) == CONTENT


def test_the_next_version_follows_the_offered_one(town: Town) -> None:
    offered = town.version
    content = replace(catalogue.content_of(offered), minutes=45)
    version = catalogue.draft_version(service=offered.service, content=content, actor=town.olga)
    assert (version.number, version.status, version.minutes) == (2, "draft", 45)
    offered.refresh_from_db()
    assert (offered.status, offered.minutes) == ("approved", 30)
    with pytest.raises(MoveRefused):
        catalogue.draft_version(service=offered.service, content=content, actor=town.olga)
    assert offered.service.versions.count() == 2


def test_a_returned_version_is_put_right_by_its_author(town: Town) -> None:
    version = catalogue.draft_service(code="certificate", content=CONTENT, actor=town.olga)
    review.submit(version=version, actor=town.olga)
    better = replace(CONTENT, name_zh=" 存单办理 ")
    with pytest.raises(MoveRefused):
        catalogue.change_draft(version=version, content=better, actor=town.olga)
    review.send_back(version=version, comments="plainer", actor=town.rita)
    other = make_user(Role.OFFICER, region=town.region)
    with pytest.raises(NotAllowed):
        catalogue.change_draft(version=version, content=better, actor=other)
    version.refresh_from_db()
    assert version.name_zh == "存单处理"
    assert (
        catalogue.change_draft(version=version, content=better, actor=town.olga).name_zh
        == "存单办理"
    )


def test_all_faults_are_named_at_once_and_nothing_is_kept(town: Town) -> None:
    wrong = Content(
        name_zh=" ",
        name_en="x" * 61,
        minutes=4,
        at_home=True,
        moves_cash=True,
        sells=True,
        risk="none",
        from_age=17,
    )
    before = Service.objects.count()
    with pytest.raises(InvalidInput) as refusal:
        catalogue.draft_service(code="Not a code", content=wrong, actor=town.olga)
    assert set(refusal.value.fields) == {
        *("name_zh", "name_en", "minutes", "risk", "from_age", "moves_cash", "sells", "code")
    }
    nowhere = replace(CONTENT, at_home=False, at_branch=False)
    with pytest.raises(InvalidInput) as refusal:
        catalogue.draft_service(code="nowhere", content=nowhere, actor=town.olga)
    assert set(refusal.value.fields) == {"at_branch"}
    assert Service.objects.count() == before


def test_a_code_is_used_once(town: Town) -> None:
    catalogue.draft_service(code="certificate", content=CONTENT, actor=town.olga)
    with pytest.raises(InvalidInput) as refusal:
        catalogue.draft_service(code="certificate", content=CONTENT, actor=town.olga)
    assert set(refusal.value.fields) == {"code"}


def test_roles_that_do_not_write_services_are_refused(town: Town) -> None:
    for actor in (town.alice, town.martha, town.rita):
        with pytest.raises(NotAllowed):
            catalogue.draft_service(code="certificate", content=CONTENT, actor=actor)
        with pytest.raises(NotAllowed):
            catalogue.draft_version(service=town.version.service, content=CONTENT, actor=actor)
        with pytest.raises(NotAllowed):
            catalogue.change_draft(version=town.version, content=CONTENT, actor=actor)
    assert list(ServiceVersion.objects.all()) == [town.version]


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"moves_cash": True}, "service_no_cash_no_sale_at_home"),
        ({"sells": True}, "service_no_cash_no_sale_at_home"),
        ({"from_age": 17}, "service_age_sane"),
    ],
)
def test_the_database_lets_no_cash_into_a_home(
    town: Town, wrong: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ServiceVersion.objects.filter(pk=town.version.pk).update(**wrong)


def test_a_service_may_ask_for_an_age(town: Town) -> None:
    version = make_version(from_age=90)
    verdict = eligibility.judge(town.grandmother, version, Facts(km=1.0))
    assert [rule.code for rule in verdict.rules] == ["too_young_for_it"]
    assert eligibility.judge(town.grandmother, make_version(from_age=85), Facts(km=1.0)).rules
