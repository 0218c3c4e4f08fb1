"""The catalogue at the region: written, spoken of, compared, retired with a word, counted."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from appointments.models import HomeVisit
from eldercare import erasure, review
from eldercare.models import Customer, ErasureRequest, ReviewComment, ServiceVersion
from eldercare.reveals import reveal_phone
from tests.appointments.test_booking import book
from tests.make import MORNING, Town, at, make_user, make_version
from tests.web.region.conftest import Enter
from workflow.models import Message

SAID: dict[str, object] = {
    "name_zh": "社保卡激活",
    "name_en": "social-security card",
    "minutes": "30",
    "risk": "low",
    "prepare_zh": "身份证\n社保卡",
    "at_branch": "1",
    "at_home": "1",
}


@pytest.fixture
def olga(town: Town, enter: Enter) -> Client:
    return enter(town.olga)


@pytest.fixture
def rosa(town: Town) -> User:
    return make_user(Role.REVIEWER, region=town.region)


def path(version: ServiceVersion, tail: str = "") -> str:
    return f"/region/services/{version.pk}/{tail}"


def test_a_service_is_written_and_put_right_by_its_author(
    town: Town, olga: Client, enter: Enter
) -> None:
    answer = olga.post("/region/services/new/", SAID | {"code": "social-card"})
    version = ServiceVersion.objects.get(service__code="social-card")
    assert answer["Location"] == path(version)
    assert (version.status, version.author, version.at_home) == ("draft", town.olga, True)
    assert olga.post(path(version, "edit/"), SAID | {"minutes": "45"}).status_code == 303
    version.refresh_from_db()
    assert version.minutes == 45
    other = enter(make_user(Role.OFFICER, region=town.region))
    assert other.post(path(version, "edit/"), SAID).status_code == 403


@pytest.mark.parametrize(
    "fault",
    [
        {"minutes": "3"},
        {"minutes": "long"},
        {"name_zh": ""},
        {"code": "Not A Code"},
        {"moves_cash": "1"},
        {"sells": "1"},
        {"from_age": "7"},
        {"at_branch": "", "at_home": ""},
    ],
)
def test_what_cannot_be_offered_is_named_and_kept(
    town: Town, olga: Client, fault: dict[str, str]
) -> None:
    before = ServiceVersion.objects.count()
    answer = olga.post("/region/services/new/", SAID | {"code": "social-card"} | fault)
    assert answer.status_code == 400
    assert "nb-field__error" in answer.content.decode()
    assert "社保卡" in answer.content.decode()
    assert ServiceVersion.objects.count() == before


def test_the_next_version_says_what_is_new(town: Town, olga: Client) -> None:
    old = make_version(region=town.region, prepare_zh="身份证", at_home=True)
    begun = olga.get(path(old, "next/")).content.decode()
    assert "身份证" in begun
    assert olga.post(path(old, "next/"), SAID).status_code == 303
    fresh = old.service.versions.get(number=2)
    old.refresh_from_db()
    assert old.status == "approved"
    page = olga.get(path(fresh, "changes/")).content.decode()
    assert "<del>密码重置</del>" in page
    assert "社保卡" in page
    assert olga.post(path(old, "next/"), SAID).status_code == 409


def test_the_checklist_is_spoken_of_and_sent_back_by_aspect(
    town: Town, enter: Enter, rosa: User
) -> None:
    draft = make_version(region=town.region, status="draft", author=town.olga)
    review.submit(version=draft, actor=town.olga)
    rita = enter(town.rita)
    assert (
        rita.post(path(draft, "comment/"), {"aspect": "know", "words": "费用？"}).status_code == 303
    )
    assert rita.post(path(draft, "comment/"), {"aspect": "taste", "words": "?"}).status_code == 400
    back = {"comments": "见各项", "privacy": "录像存多久", "elderly": ""}
    assert rita.post(path(draft, "send-back/"), back).status_code == 303
    said = ReviewComment.objects.values_list("aspect", "words", "stage")
    assert list(said) == [
        ("know", "费用？", "inner_review"),
        ("privacy", "录像存多久", "inner_review"),
    ]
    page = enter(rosa).get(path(draft)).content.decode()
    assert "录像存多久" in page
    own = enter(town.olga).post(path(draft, "comment/"), {"aspect": "know", "words": "x"})
    assert own.status_code == 403


def test_a_reviewers_list_has_due_days_and_says_whose(town: Town, enter: Enter, rosa: User) -> None:
    draft = make_version(region=town.region, status="draft", author=town.olga)
    review.submit(version=draft, actor=town.olga)
    review.pass_inner_review(version=draft, actor=town.rita)
    with time_machine.travel(MORNING + timedelta(days=9), tick=False):
        hers, other = enter(town.rita), enter(rosa)
        for client, whose in ((hers, "for somebody else"), (other, "yours to decide")):
            page = client.get("/region/services/waiting/").content.decode()
            assert whose in page
            assert "2026-11-27" in page
            assert ">late<" in page


def test_figures_count_what_was_decided(town: Town, olga: Client, rosa: User) -> None:
    draft = make_version(region=town.region, status="draft", author=town.olga)
    review.submit(version=draft, actor=town.olga)
    review.send_back(version=draft, comments="no", actor=town.rita)
    review.submit(version=draft, actor=town.olga)
    review.pass_inner_review(version=draft, actor=town.rita)
    review.approve(version=draft, actor=rosa)
    answer = olga.get("/region/services/figures/")
    figures = answer.context["figures"]
    assert (figures.approved, figures.returned, answer.context["rate"]) == (1, 1, 50)
    assert olga.get("/region/services/figures/?from=nonsense&until=2026-13-77").status_code == 200


def test_retired_with_a_word_to_everybody_who_was_promised(town: Town, enter: Enter) -> None:
    visit = book(town, at(10))
    rita = enter(town.rita)
    before = Message.objects.count()
    assert visit.branch.name_en in rita.get(path(town.version, "retire/")).content.decode()
    refused = rita.post(path(town.version, "retire/"), {"why": "新规"})
    assert refused.status_code == 409
    assert Message.objects.count() == before
    assert rita.post(path(town.version, "retire/"), {"why": "", "tell": "1"}).status_code == 400
    assert rita.post(path(town.version, "retire/"), {"why": "新规", "tell": "1"}).status_code == 303
    town.version.refresh_from_db()
    assert town.version.status == "retired"
    message = Message.objects.get(kind="service_retired")
    assert (message.subject, message.to) == (visit.subject, town.grandmother.phone)
    stands = HomeVisit.objects.get(pk=visit.pk)
    assert (stands.status, stands.window) == (visit.status, visit.window)


def test_the_region_lets_go_or_keeps(town: Town, olga: Client, enter: Enter) -> None:
    wish = erasure.ask(customer=town.grandmother, why="她不想了", actor=town.martha)
    there = f"/region/forgotten/{wish.public_id}/"
    assert "她不想了" in olga.get("/region/forgotten/").content.decode()
    assert enter(town.zoe).post(f"{there}allow/").status_code == 404
    assert olga.post(f"{there}refuse/", {"reason": ""}).status_code == 400
    assert ErasureRequest.objects.get().status == "asked"
    assert olga.post(f"{there}allow/").status_code == 303
    assert olga.post(f"{there}refuse/", {"reason": "x"}).status_code == 409
    assert Customer.objects.get(pk=town.grandmother.pk).phone == ""


def test_readings_of_the_region(town: Town, olga: Client, enter: Enter) -> None:
    reveal_phone(customer=town.grandmother, why="回访", actor=town.alice)
    assert "回访" in olga.get("/region/readings/").content.decode()
    assert "回访" not in olga.get("/region/readings/?who=nobody").content.decode()
    assert "回访" not in enter(town.zoe).get("/region/readings/").content.decode()
