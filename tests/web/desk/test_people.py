"""The people of a branch: found, corrected, trained, photographed, gone and back."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from branches import commitments, people
from branches.models import BranchPhoto, CommitmentKind, Skill, Staff, StaffEvent
from foundation.locks import locking
from tests.make import TODAY, Town, at
from tests.photos import picture
from tests.web.desk.conftest import Enter


def door(town: Town, tail: str = "") -> str:
    return f"/desk/{town.branch.code}/staff/{tail}"


def person(town: Town) -> Staff:
    return town.team[0]


def send(client: Client, town: Town, verb: str, **said: Any) -> Any:
    return client.post(door(town, f"{person(town).pk}/{verb}/"), said)


def names(client: Client, town: Town, query: str = "") -> list[str]:
    page = client.get(door(town, query)).content.decode()
    return [one.name for one in town.branch.staff.order_by("badge") if f">{one.name}</a>" in page]


def test_the_list_is_searched_and_filtered(town: Town, enter: Enter) -> None:
    client, (first, second) = enter(town.alice), town.team
    people.set_skills(staff=first, skills=[Skill.SIGN_LANGUAGE])
    Staff.objects.filter(pk=first.pk).update(can_drive=True, badge_valid_until=TODAY)
    Staff.objects.filter(pk=second.pk).update(
        badge_valid_until=TODAY - timedelta(days=1), can_handle=False
    )
    assert names(client, town) == [first.name, second.name]
    for query, found in {
        f"?q={second.badge}": second,
        "?skill=sign_language": first,
        "?role=drive": first,
        "?role=handle": first,
        "?badge=soon": first,
        "?badge=lapsed": second,
    }.items():
        assert names(client, town, query) == [found.name], query
    assert names(client, town, "?badge=good") == []
    assert names(client, town, "?role=king&skill=&page=x") == [first.name, second.name]
    people.part_with(staff=second, reason="retired", actor=town.martha)
    assert (names(client, town), names(client, town, "?left=left")) == (
        [first.name],
        [second.name],
    )


def test_the_list_costs_the_same_however_long(
    town: Town, enter: Enter, django_assert_max_num_queries: Any
) -> None:
    for n in range(12):
        who = people.Particulars(f"王{n}", f"N-{n}")
        new = people.engage(branch=town.branch, who=who, actor=town.martha)
        people.set_skills(staff=new, skills=[Skill.SHAANXI, Skill.FIRST_AID])
        people.show_face(staff=new, photo=picture(), actor=town.martha)
    client = enter(town.martha)
    with django_assert_max_num_queries(14):
        client.get(door(town))


def test_somebody_new_and_a_badge_that_is_taken(town: Town, enter: Enter) -> None:
    client, said = enter(town.martha), {"name": "王静", "badge": person(town).badge}
    taken = client.post(door(town, "new/"), said)
    assert taken.status_code == 409
    assert b"Somebody else has this badge number." in taken.content
    assert 'value="王静"' in taken.content.decode()
    assert not Staff.objects.filter(name="王静").exists()
    new = client.post(door(town, "new/"), said | {"badge": "N-1", "can_handle": "on"})
    added = Staff.objects.get(badge="N-1")
    assert new.headers["Location"] == door(town, f"{added.pk}/")
    assert (added.can_handle, added.can_witness, added.branch) == (True, False, town.branch)
    assert enter(town.alice).post(door(town, "new/"), said).status_code == 403


def test_a_persons_page_keeps_all_that_is_said(town: Town, enter: Enter) -> None:
    client, who = enter(town.martha), person(town)
    other = town.team[1].badge
    refused = send(client, town, "correct", name="林小艳", badge=other, can_witness="on")
    assert (refused.status_code, "林小艳" in refused.content.decode()) == (409, True)
    assert not StaffEvent.objects.exists()
    particulars = {"name": who.name, "badge": "N-7", "can_handle": "on", "can_drive": "on"}
    assert send(client, town, "correct", **particulars, can_witness="on").status_code == 303
    assert send(client, town, "badge", valid_until=str(TODAY)).status_code == 303
    assert send(client, town, "badge", valid_until="2020-01-01").status_code == 400
    assert send(client, town, "skills", skills=["shaanxi", "first_aid"]).status_code == 303
    assert send(client, town, "skills", skills=["flying"]).status_code == 400
    who.refresh_from_db()
    assert (who.badge, who.can_drive, who.badge_valid_until) == ("N-7", True, TODAY)
    assert {row.skill for row in who.skills.all()} == {"shaanxi", "first_aid"}
    assert not who.trainings.exists()


def test_trainings_lapse_and_are_taken_again(town: Town, enter: Enter) -> None:
    client, who = enter(town.martha), person(town)
    people.enter_training(
        staff=who,
        title="first aid",
        taken_on=TODAY - timedelta(days=900),
        hours=Decimal(8),
        expires_on=TODAY - timedelta(days=1),
    )
    page = client.get(door(town, f"{who.pk}/")).content.decode()
    assert "expired on Nov. 24, 2026" in page
    assert "a training has lapsed" in client.get(door(town)).content.decode()
    said = {"title": "first aid", "taken_on": str(TODAY), "hours": "8", "certificate": "C-77"}
    wrong = send(client, town, "training", **said | {"hours": "0"})
    assert (wrong.status_code, b'value="C-77"' in wrong.content) == (400, True)
    assert who.trainings.count() == 1
    assert send(client, town, "training", **said, skill="first_aid").status_code == 303
    page = client.get(door(town, f"{who.pk}/")).content.decode()
    assert "taken again since" in page
    assert "expired on" not in page
    assert "a training has lapsed" not in client.get(door(town)).content.decode()


def test_a_face_is_seen_by_those_who_may_see_staff(town: Town, enter: Enter) -> None:
    client = enter(town.martha)
    script = SimpleUploadedFile("me.jpg", b"<script>", "image/jpeg")
    assert send(client, town, "face", photo=script).status_code == 400
    assert send(client, town, "face").status_code == 400
    assert not BranchPhoto.objects.exists()
    photo = SimpleUploadedFile("me.jpg", picture(), "image/jpeg")
    assert send(client, town, "face", photo=photo).status_code == 303
    address = f"/desk/{town.branch.code}/register/photos/{BranchPhoto.objects.get().public_id}/"
    assert [enter(who).get(address).status_code for who in (town.alice, town.olga)] == [200, 200]
    # A reviewer sees branches, and nobody who works there.
    assert [enter(who).get(address).status_code for who in (town.rita, town.bob)] == [404, 404]


@pytest.mark.django_db(transaction=True)
def test_whoever_leaves_is_out_at_the_next_click_and_may_come_back(
    town: Town, enter: Enter
) -> None:
    martha, alice, who = enter(town.martha), enter(town.alice), person(town)
    with locking():
        commitments.promise(staff=who, kind=CommitmentKind.TALK, start=at(10), end=at(11))
    assert alice.get(door(town)).status_code == 200
    assert "10:00–11:00" in martha.get(door(town, f"{who.pk}/")).content.decode()
    assert send(martha, town, "leave", reason=" ").status_code == 400
    assert send(alice, town, "leave", reason="me").status_code == 403
    assert alice.get(door(town)).status_code == 200
    assert send(martha, town, "leave", reason="retired").status_code == 303
    next_click = alice.get(door(town))
    assert next_click.headers["Location"].startswith("/staff/sign-in/")
    assert alice.post(door(town, f"{who.pk}/badge/")).status_code == 302
    page = martha.get(door(town, f"{who.pk}/")).content.decode()
    assert "Promises for others to take over: 1." in page
    assert "retired" in page
    assert send(martha, town, "leave", reason="again").status_code == 409
    assert send(martha, town, "come-back", reason="moved back").status_code == 303
    assert send(martha, town, "come-back", reason="again").status_code == 409
    who.refresh_from_db()
    assert (who.is_active, who.left_on) == (True, None)
    # The place is theirs again; the old session and the old password are not.
    assert alice.get(door(town)).status_code == 302
    assert not Client().login(username=town.alice.username, password="secret")
