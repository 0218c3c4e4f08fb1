"""Evidence: demanded, kept, and of the right thing."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from audits import inspections
from audits.completeness import NotComplete
from audits.evidence import Target, add_photo, add_record
from audits.models import (
    ChecklistItem,
    Evidence,
    Finding,
    Inspection,
    InspectionKind,
    Side,
)
from audits.publishing import publish
from foundation.errors import InvalidInput, MoveRefused, NotAllowed
from foundation.photos import read_photo
from tests.audits.make import (
    answer_all,
    make_improvement,
    make_inspection,
    make_world,
    show,
    sign_both,
    small_document,
)
from tests.make import make_branch, make_user
from tests.photos import picture

pytestmark = pytest.mark.django_db


def with_photos() -> dict[str, Any]:
    document = small_document(code="elder-branch")
    document["items"][0]["evidence"] = "photo"
    document["items"][1]["evidence"] = "record"
    return document


def test_evidence_that_is_demanded_must_be_there(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    world = make_world(with_photos())
    inspection = make_inspection(world)
    answer_all(inspection)
    sign_both(inspection)
    with pytest.raises(NotComplete) as refusal:
        inspections.submit(inspection=inspection, actor=world.rita)
    assert refusal.value.data == {"evidence": ["X1", "X2"]}
    door, ledger = ChecklistItem.objects.filter(version=world.version)[:2]
    number = uuid4()
    for _ in range(2):
        photo = add_photo(
            client_id=number,
            target=Target(inspection=inspection, item=door),
            data=picture(),
            actor=world.rita,
            place=(34.2, 108.9),
        )
    add_record(
        client_id=uuid4(),
        target=Target(inspection=inspection, item=ledger),
        words="ledger, line 3",
        actor=world.rita,
    )
    assert (photo.width, photo.latitude) == (64, 34.2)
    with photo.file.open() as kept:
        assert kept.read() == read_photo(picture()).clean
    assert Evidence.objects.count() == 2
    assert len(list(tmp_path.rglob("*.jpg"))) == 1
    assert inspections.submit(inspection=inspection, actor=world.rita).points == 8
    with pytest.raises(MoveRefused):
        add_record(
            client_id=uuid4(),
            target=Target(inspection=inspection, item=door),
            words="too late",
            actor=world.rita,
        )
    with pytest.raises(NotAllowed):
        add_record(
            client_id=uuid4(),
            target=Target(inspection=inspection, item=door),
            words="not mine",
            actor=world.olga,
        )
    assert Evidence.objects.count() == 2


def test_a_self_check_is_the_managers_and_needs_one_signature() -> None:
    world = make_world(with_photos())
    check = make_inspection(
        world, kind=InspectionKind.SELF_CHECK, inspector=world.martha, actor=world.martha
    )
    answer_all(check, failing=("X2",))
    inspections.sign(inspection=check, side=Side.INSPECTOR, name="", actor=world.martha)
    done = inspections.submit(inspection=check, actor=world.martha)
    assert (done.points, Finding.objects.count()) == (6, 1)
    assert not Inspection.objects.official().exists()
    stranger = make_user(Role.MANAGER, branches=[make_branch(world.region)])
    with pytest.raises(NotAllowed):
        make_inspection(world, kind=InspectionKind.SELF_CHECK, inspector=stranger, actor=stranger)


def test_a_place_that_is_not_on_earth(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    world = make_world(with_photos())
    inspection = make_inspection(world)
    target = Target(inspection=inspection, item=ChecklistItem.objects.get(code="X1"))
    for place in ((91.0, 0.0), (0.0, 181.0), (float("nan"), 0.0)):
        with pytest.raises(InvalidInput) as refusal:
            add_photo(
                client_id=uuid4(), target=target, data=picture(), actor=world.rita, place=place
            )
        assert list(refusal.value.fields) == ["place"]
    with pytest.raises(InvalidInput):
        add_photo(client_id=uuid4(), target=target, data=b"<svg/>", actor=world.rita)
    assert not Evidence.objects.exists()
    assert not list(tmp_path.rglob("*.*"))


def test_evidence_of_an_item_of_another_version() -> None:
    world = make_world()
    inspection = make_inspection(world)
    publish(document=small_document(), actor=None)
    foreign = ChecklistItem.objects.exclude(version=world.version).first()
    with pytest.raises(InvalidInput) as refusal:
        add_record(
            client_id=uuid4(),
            target=Target(inspection=inspection, item=foreign),
            words="ledger",
            actor=world.rita,
        )
    assert list(refusal.value.fields) == ["item"]


def test_evidence_of_an_improvement_is_its_branchs_and_its_regions() -> None:
    world = make_world()
    row = make_improvement(world)
    assert show(row, world.alice).improvement == row
    assert show(row, world.rita).branch == world.branch
    for stranger in (
        make_user(branches=[make_branch(world.region)]),
        make_user(Role.OFFICER, region=make_branch().region),
    ):
        with pytest.raises(NotAllowed):
            show(row, stranger)
    with pytest.raises(InvalidInput):
        show(row, world.alice, "  ")
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.update(words="other")
    assert Evidence.objects.count() == 2
