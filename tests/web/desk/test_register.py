"""The register of a branch: what it has, looked at, photographed, broken and repaired."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from branches import catalogue, people
from branches.facilities import Look, see
from branches.faults import report_fault
from branches.models import BranchPhoto, Facility, FacilityFault, FacilitySighting
from branches.models.facility import FacilityState
from foundation.photos import LARGEST_BYTES
from tests.make import MORNING, TODAY, Town, make_branch, new_key
from tests.photos import notes, picture
from tests.web.desk.conftest import Enter

FIT, CARE = FacilityState.FIT, FacilityState.NEEDS_CARE


@pytest.fixture
def chair(town: Town) -> Facility:
    catalogue.load()
    return town.branch.facilities.get(type__code="wheelchair")


def door(town: Town, tail: str = "") -> str:
    return f"/desk/{town.branch.code}/register/{tail}"


def sent(data: bytes, name: str = "IMG 1.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, kind)


def look(**overrides: Any) -> dict[str, Any]:
    said = {"key": str(uuid4()), "state": "needs_care", "quantity": "2", "stands_at": "by the door"}
    return said | overrides


def text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_one_page_says_what_somebody_has_to_see_to(
    town: Town, chair: Facility, enter: Enter
) -> None:
    report_fault(facility=chair, words="flat tyre", actor=town.alice)
    town.branch.facilities.filter(type__code="magnifier").delete()
    glasses = town.branch.facilities.get(type__code="reading-glasses")
    soon = Look(CARE, expires_on=TODAY + timedelta(days=5), stands_at="counter 2")
    see(key=new_key(), facility=glasses, look=soon, actor=town.martha)
    people.renew_badge(staff=town.team[1], valid_until=TODAY + timedelta(days=9))

    page = text(enter(town.martha), door(town))
    attention, _, things = page.partition('class="nb-things"')
    lacking, broken, runs_out, on_duty = attention.split('class="nb-card"')[1:5]
    assert "magnifier" in lacking
    assert "wheelchair" in lacking
    assert "flat tyre" in broken
    assert "Nov. 30, 2026" in runs_out
    assert town.team[1].name in runs_out
    assert town.team[0].name in on_duty
    assert "needs care" in things
    assert "counter 2" in things
    assert f"seen on Nov. 25, 2026 by {town.martha.full_name}" in things
    # What is reported broken is not seen well by one tap; what is fit is, by those who may.
    assert f'value="{chair.pk}"' not in things
    assert f'value="{glasses.pk}"' in things
    assert 'name="facility"' not in text(enter(town.alice), door(town))


def test_seen_today_all_well_is_one_tap_and_one_look(
    town: Town, chair: Facility, enter: Enter
) -> None:
    client = enter(town.martha)
    key = re.search(r'name="key" value="([^"]+)"', text(client, door(town)))
    assert key is not None
    for _tap in range(2):
        answer = client.post(door(town, "seen/"), {"facility": chair.pk, "key": key[1]})
        assert answer.headers["Location"] == f"{door(town)}#facility-{chair.pk}"
    seen = FacilitySighting.objects.get()
    assert (seen.facility, seen.by, seen.state, seen.at) == (chair, town.martha, FIT, MORNING)


def test_seen_well_is_refused_while_a_fault_is_open(
    town: Town, chair: Facility, enter: Enter
) -> None:
    report_fault(facility=chair, words="flat tyre", actor=town.alice)
    said = {"facility": chair.pk, "key": str(uuid4())}
    answer = enter(town.martha).post(door(town, "seen/"), said)
    assert answer.status_code == 409
    assert b"A fault of it is still open." in answer.content
    elsewhere = town.gaoxin.facilities.get(type__code="wheelchair")
    said = {"facility": elsewhere.pk, "key": str(uuid4())}
    assert enter(town.martha).post(door(town, "seen/"), said).status_code == 404
    assert enter(town.martha).post(door(town, "seen/"), {"facility": "x"}).status_code == 400
    assert not FacilitySighting.objects.exists()


def test_a_look_with_all_that_can_be_said(town: Town, chair: Facility, enter: Enter) -> None:
    client, place = enter(town.martha), door(town, f"facilities/{chair.pk}/")
    said = look(words="left brake", photo=sent(picture(exif=notes("GPS 34.26"))))
    assert client.post(f"{place}look/", said).status_code == 303
    chair.refresh_from_db()
    assert (chair.state, chair.quantity, chair.stands_at) == (CARE, 2, "by the door")
    page = text(client, place)
    assert "left brake" in page
    photo = BranchPhoto.objects.get()
    assert page.count(f"/register/photos/{photo.public_id}/") == 4

    shown = client.get(door(town, f"photos/{photo.public_id}/"))
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Cache-Control"] == "private, max-age=3600, immutable"
    assert shown.content.startswith(b"\xff\xd8\xff")
    assert b"GPS" not in shown.content
    # Its file cannot be had by name, and its address tells nobody elsewhere anything.
    assert client.get(f"/media/{photo.file.name}").status_code == 404
    for stranger in (town.bob, town.zoe):
        assert enter(stranger).get(door(town, f"photos/{photo.public_id}/")).status_code == 404
    elsewhere = f"/desk/{town.gaoxin.code}/register/photos/{photo.public_id}/"
    assert enter(town.olga).get(elsewhere).status_code == 404


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("quantity", {"quantity": "-1"}),
        ("state", {"state": "splendid"}),
        ("photo", {"photo": b"<svg onload='alert(1)'/>"}),
        ("photo", {"photo": picture()[:200]}),
        ("photo", {"photo": b"\xff\xd8\xff" + b"\0" * LARGEST_BYTES}),
    ],
    ids=["below nothing", "unknown", "script", "damaged", "too large"],
)
def test_a_wrong_look_keeps_what_was_typed_and_changes_nothing(
    town: Town, chair: Facility, enter: Enter, field: str, wrong: dict[str, Any]
) -> None:
    if "photo" in wrong:
        wrong = {"photo": sent(wrong["photo"])}
    client = enter(town.martha)
    answer = client.post(door(town, f"facilities/{chair.pk}/look/"), look(**wrong))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert f'id="id_{field}_error"' in page
    assert 'value="by the door"' in page
    chair.refresh_from_db()
    assert (chair.state, chair.last_seen_at) == (FIT, None)
    assert not FacilitySighting.objects.exists()
    assert not BranchPhoto.objects.exists()


def test_something_of_the_catalogue_is_added_once(
    town: Town, chair: Facility, enter: Enter
) -> None:
    client, said = enter(town.martha), {"type": "aed", "quantity": "1", "stands_at": "lobby"}
    assert b'value="wheelchair"' not in client.get(door(town, "add/")).content
    answer = client.post(door(town, "add/"), said | {"quantity": "0"})
    assert (answer.status_code, b'value="lobby"' in answer.content) == (400, True)
    assert not town.branch.facilities.filter(type__code="aed").exists()
    assert client.post(door(town, "add/"), said).status_code == 303
    added = town.branch.facilities.get(type__code="aed")
    assert (added.quantity, added.stands_at, added.last_seen_at) == (1, "lobby", None)
    assert client.post(door(town, "add/"), said).status_code == 400
    assert enter(town.alice).post(door(town, "add/"), said).status_code == 403


def test_a_fault_with_photos_is_followed_to_the_repair(
    town: Town, chair: Facility, enter: Enter
) -> None:
    report = {"tile": "broken", "photo": sent(picture())}
    target = f"/desk/{town.branch.code}/faults/{chair.pk}/report/"
    bad = enter(town.alice).post(target, {"tile": "broken", "photo": sent(b"GIF89a")})
    assert (bad.status_code, FacilityFault.objects.count()) == (400, 0)
    enter(town.alice).post(target, report)
    fault = FacilityFault.objects.get()
    close = door(town, f"faults/{fault.pk}/close/")
    said = {"to": "repaired", "state": "out_of_use", "reason": "not worth it"}
    assert enter(town.alice).post(close, said).status_code == 403
    refused = enter(town.martha).post(close, said | {"state": "", "reason": "new wheel"})
    assert (refused.status_code, b'value="new wheel"' in refused.content) == (400, True)
    fault.refresh_from_db()
    assert fault.status == "reported"
    for _tap in range(2):
        done = said | {"photo": sent(picture())}
        assert enter(town.martha).post(close, done).status_code == 303
    fault.refresh_from_db()
    assert (fault.status, fault.facility.state) == ("repaired", "out_of_use")
    assert BranchPhoto.objects.count() == 2
    page = text(enter(town.alice), door(town, "faults/"))
    assert "(out of use)" in page
    assert page.count("/register/photos/") == 4


def test_pages_cost_the_same_however_much_there_is(
    town: Town, chair: Facility, enter: Enter, django_assert_max_num_queries: Any
) -> None:
    client = enter(town.martha)
    plain = make_branch(town.region)
    town.martha.branches.add(plain)
    for n, facility in enumerate(town.branch.facilities.all()):
        looked = Look(FIT, expires_on=TODAY + timedelta(days=n))
        see(key=new_key(), facility=facility, look=looked, actor=town.alice, photo=picture())
        report_fault(facility=facility, words="x", actor=town.alice, photo=picture())
    for tail, most in (("", 34), ("faults/", 18), (f"facilities/{chair.pk}/", 18)):
        with django_assert_max_num_queries(most):
            client.get(door(town, tail))
