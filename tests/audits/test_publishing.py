"""What is published stays as it is: in the rules and in the database."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from accounts.roles import Role
from audits.models import ChecklistItem, StandardVersion
from audits.publishing import (
    AlreadyPublished,
    Change,
    NoStandard,
    current_version,
    difference,
    publish,
    standard_of,
)
from audits.standard_file import StandardInvalid, parse
from foundation.errors import NotAllowed
from tests.audits.make import bundled_document, bundled_standard, item_document, small_document
from tests.make import TODAY, make_branch, make_region, make_user

pytestmark = pytest.mark.django_db


def test_the_72_items_are_published_once() -> None:
    for _ in range(2):
        said = StringIO()
        call_command("publish_standards", stdout=said)
        assert said.getvalue() == "elder-branch-1: 72 items\n"
    version = StandardVersion.objects.get()
    assert version.sealed
    assert standard_of(version) == bundled_standard()
    assert list(version.items.values_list("code", flat=True)[:3]) == ["A1", "A2", "A3"]
    assert version.items.filter(must=True).count() == 29


def test_another_text_under_the_same_number_is_refused() -> None:
    version = publish(document=small_document(), actor=None)
    with pytest.raises(AlreadyPublished):
        publish(document=small_document(in_force="2026-02-01"), actor=None)
    version.refresh_from_db()
    assert str(version.in_force) == "2026-01-01"


def test_a_standard_that_is_none_leaves_nothing_behind() -> None:
    with pytest.raises(StandardInvalid):
        publish(document=small_document(version="x"), actor=None)
    assert not StandardVersion.objects.exists()


def test_only_officers_publish() -> None:
    region = make_region()
    martha = make_user(Role.MANAGER, branches=[make_branch(region)])
    with pytest.raises(NotAllowed):
        publish(document=small_document(), actor=martha)
    assert not StandardVersion.objects.exists()
    olga = make_user(Role.OFFICER, region=region)
    assert publish(document=small_document(), actor=olga).published_by == olga


def test_the_version_in_force_is_the_newest_that_has_begun() -> None:
    one = publish(document=small_document(in_force="2026-01-01"), actor=None)
    two = publish(document=small_document(version="2", in_force="2027-01-01"), actor=None)
    assert current_version(TODAY, "small") == one
    assert current_version(two.in_force, "small") == two
    with pytest.raises(NoStandard):
        current_version(TODAY, "another")


@pytest.mark.parametrize(
    "change",
    [
        lambda v: StandardVersion.objects.filter(pk=v.pk).update(name_en="other"),
        lambda v: StandardVersion.objects.filter(pk=v.pk).update(sealed=False),
        lambda v: v.delete(),
        lambda v: v.items.filter(code="X1").update(weight=3),
        lambda v: v.items.filter(code="X1").delete(),
        lambda v: ChecklistItem.objects.create(
            version=v, code="Z", section="X", position=9, weight=1, must=False, grade="law"
        ),
    ],
    ids=["rename", "unseal", "delete", "weight", "delete item", "add item"],
)
def test_the_database_refuses_every_change(change: Any) -> None:
    version = publish(document=small_document(), actor=None)
    with pytest.raises(IntegrityError, match="sealed"), transaction.atomic():
        change(version)
    version.refresh_from_db()
    assert (version.name_en, version.sealed) == ("small standard", True)
    assert list(version.items.values_list("code", "weight")) == [
        ("X1", 2),
        ("X2", 2),
        ("Y1", 3),
        ("Y2", 1),
    ]


def test_the_difference_between_two_versions() -> None:
    document = small_document(version="2")
    document["items"] = [
        item_document("X1", weight="3", must="true"),
        item_document("X2"),
        item_document("Y1", weight="3", must="true"),
        item_document("Y3"),
    ]
    document["grades"][1]["score_at_least"] = "80"
    document["deadlines"]["minor"] = "20"
    assert difference(parse(small_document()), parse(document)) == [
        Change("changed", "X1", ("weight", "must")),
        Change("added", "Y3"),
        Change("removed", "Y2"),
        Change("changed", "demonstration", ("score_at_least",)),
        Change("changed", "deadlines", ("minor",)),
    ]
    assert difference(bundled_standard(), parse(bundled_document())) == []
