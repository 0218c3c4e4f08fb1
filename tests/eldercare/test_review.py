"""No service reaches a customer before two people have passed it (DESIGN §4.7)."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.roles import Role
from eldercare import queries, review
from eldercare.models import ServiceEvent, ServiceVersion
from eldercare.review import SameReviewer
from eldercare.states import REVIEW_MOVES, ReviewStatus
from foundation.errors import DomainError, MoveRefused, NotAllowed
from tests.make import Town, make_town, make_user, make_version

pytestmark = pytest.mark.django_db

Verb = Callable[[ServiceVersion, User], ServiceVersion]
VERBS: dict[str, Verb] = {
    "submit": lambda version, actor: review.submit(version=version, actor=actor),
    "pass": lambda version, actor: review.pass_inner_review(version=version, actor=actor),
    "approve": lambda version, actor: review.approve(version=version, actor=actor),
    "send_back": lambda version, actor: review.send_back(
        version=version, comments="?", actor=actor
    ),
}
ALLOWED = {
    "submit": {"draft", "returned"},
    "pass": {"inner_review"},
    "approve": {"recheck"},
    "send_back": {"inner_review", "recheck"},
}


class Cast:
    """An author, two reviewers and the old version that customers are offered."""

    def __init__(self) -> None:
        self.town: Town = make_town()
        self.author = self.town.olga
        self.rita = self.town.rita
        self.rosa = make_user(Role.REVIEWER, region=self.town.region)
        self.old = self.town.version

    def draft(self) -> ServiceVersion:
        return make_version(service=self.old.service, number=2, status="draft", author=self.author)

    def at(self, status: str) -> ServiceVersion:
        """A version in this status, brought there by the same functions as in daily use."""
        version = self.draft()
        if status == "draft":
            return version
        version = review.submit(version=version, actor=self.author)
        if status == "returned":
            return review.send_back(version=version, comments="plainer", actor=self.rita)
        if status == "inner_review":
            return version
        version = review.pass_inner_review(version=version, actor=self.rita)
        if status == "recheck":
            return version
        version = review.approve(version=version, actor=self.rosa)
        if status == "retired":
            third = make_version(
                service=self.old.service, number=3, status="draft", author=self.author
            )
            review.submit(version=third, actor=self.author)
            review.pass_inner_review(version=third, actor=self.rita)
            review.approve(version=third, actor=self.rosa)
            version.refresh_from_db()
        return version


@pytest.fixture
def cast() -> Cast:
    return Cast()


def test_the_way_of_a_service_to_the_customer(cast: Cast) -> None:
    version = cast.at("recheck")
    assert list(queries.services_at_home()) == [cast.old]
    version = review.approve(version=version, actor=cast.rosa)

    assert list(queries.services_at_home()) == [version]
    assert ServiceVersion.objects.get(pk=cast.old.pk).status == ReviewStatus.RETIRED
    assert (version.author, version.inner_reviewer, version.rechecker) == (
        cast.author,
        cast.rita,
        cast.rosa,
    )
    assert [(e.from_status, e.to_status, e.actor) for e in version.events.all()] == [
        ("draft", "inner_review", cast.author),
        ("inner_review", "recheck", cast.rita),
        ("recheck", "approved", cast.rosa),
    ]


@pytest.mark.parametrize("status", list(ReviewStatus))
@pytest.mark.parametrize("verb", list(VERBS))
def test_each_verb_from_each_status(cast: Cast, verb: str, status: ReviewStatus) -> None:
    version = cast.at(status)
    actor = cast.author if verb == "submit" else make_user(Role.REVIEWER, region=cast.town.region)
    events = ServiceEvent.objects.count()
    if status.value in ALLOWED[verb]:
        after = VERBS[verb](version, actor).status
        assert after in REVIEW_MOVES.table[status]
        return
    with pytest.raises(MoveRefused):
        VERBS[verb](version, actor)
    assert ServiceVersion.objects.get(pk=version.pk).status == status
    assert ServiceEvent.objects.count() == events


@pytest.mark.parametrize(
    ("status", "verb", "who"),
    [
        ("inner_review", "pass", "author"),
        ("recheck", "approve", "author"),
        ("recheck", "approve", "rita"),
    ],
)
def test_nobody_reviews_what_they_had_a_part_in(
    cast: Cast, status: str, verb: str, who: str
) -> None:
    version = cast.at(status)
    actor: User = getattr(cast, who)
    User.objects.filter(pk=actor.pk).update(role=Role.ADMINISTRATOR)
    actor.refresh_from_db()
    with pytest.raises(SameReviewer):
        VERBS[verb](version, actor)
    unchanged = ServiceVersion.objects.get(pk=version.pk)
    assert (unchanged.status, unchanged.rechecker) == (status, None)
    assert list(queries.services_at_home()) == [cast.old]


@pytest.mark.parametrize("verb", list(VERBS))
def test_roles_without_the_permission_are_refused(cast: Cast, verb: str) -> None:
    version = cast.at(min(ALLOWED[verb]))
    outsider = cast.rita if verb == "submit" else cast.author
    for actor in (cast.town.alice, cast.town.martha, outsider):
        with pytest.raises(NotAllowed):
            VERBS[verb](version, actor)
    assert ServiceVersion.objects.get(pk=version.pk).status == version.status


def test_returned_version_needs_both_reviews_again(cast: Cast) -> None:
    version = review.send_back(version=cast.at("recheck"), comments=" plainer ", actor=cast.rosa)
    assert version.events.latest("pk").reason == "plainer"
    version = review.submit(version=version, actor=cast.author)
    assert (version.inner_reviewer, version.rechecker) == (None, None)
    with pytest.raises(DomainError):
        review.approve(version=version, actor=cast.rosa)


@pytest.mark.parametrize(
    "update",
    [
        {"status": "approved", "rechecker": None},
        {"inner_reviewer": "author"},
        {"rechecker": "author"},
        {"rechecker": "inner_reviewer"},
        {"status": "invented"},
        {"minutes": 0},
    ],
)
def test_the_database_holds_the_four_eyes(cast: Cast, update: dict[str, object]) -> None:
    values = {
        field: getattr(cast.old, str(value)) if value in ("author", "inner_reviewer") else value
        for field, value in update.items()
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceVersion.objects.filter(pk=cast.old.pk).update(**values)


def test_one_approved_version_for_each_service(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_version(service=cast.old.service, number=9)
