"""The desk's pages of one customer: put right, joined, spoken for, handed out, forgotten."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from appointments.asking import Asker, ConsentMissing, check_consent
from appointments.models.home_visit import AskedBy
from eldercare.corrections import stamp_of
from eldercare.models import (
    Consent,
    ConsentPaper,
    Customer,
    CustomerEvent,
    EligibilityDecision,
    ErasureRequest,
    Reveal,
)
from foundation import clock
from tests.make import Town, make_customer, make_daughter
from tests.web.desk.conftest import Enter
from workflow.models import DueStep


@pytest.fixture
def alice(town: Town, enter: Enter) -> Client:
    return enter(town.alice)


@pytest.fixture
def martha(town: Town, enter: Enter) -> Client:
    return enter(town.martha)


def path(town: Town, tail: str, customer: Customer | None = None) -> str:
    row = customer or town.grandmother
    return f"/desk/{town.branch.code}/customers/{row.public_id}/{tail}"


def as_it_is(row: Customer) -> dict[str, object]:
    return {
        "name": row.name,
        "preferred_name": row.preferred_name,
        "birth_year": row.birth_year,
        "needs": row.needs,
        "contact_by": str(row.contact_by),
        "seen": stamp_of(Customer.objects.get(pk=row.pk)),
    }


def test_put_right_without_seeing_what_is_sealed(town: Town, alice: Client) -> None:
    row = town.grandmother
    page = alice.get(path(town, "edit/")).content.decode()
    assert row.phone not in page
    assert row.address not in page
    said = as_it_is(row) | {
        "note": "耳朵背，说慢些",
        "needs": ["hearing"],
        "birth_date": "1941-02-28",
    }
    said["birth_year"] = "1941"
    assert alice.post(path(town, "edit/"), said).status_code == 303
    fresh = Customer.objects.get(pk=row.pk)
    assert (fresh.note, fresh.needs, fresh.phone) == ("耳朵背，说慢些", ["hearing"], row.phone)
    assert (fresh.address, fresh.latitude) == (row.address, row.latitude)
    assert CustomerEvent.objects.get(customer=row).snapshot["fields"] == [
        "birth_date",
        "needs",
        "note",
    ]
    late = alice.post(path(town, "edit/"), said | {"note": "后来的"})
    assert late.status_code == 409
    assert "后来的" in late.content.decode()
    assert Customer.objects.get(pk=row.pk).note == "耳朵背，说慢些"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("birth_date", "1941-02-30", "birth_date-error"),
        ("birth_date", "2030-01-01", "birth_date-error"),
        ("birth_year", "1700", "birth_year-error"),
        ("phone", "029-123", "phone-error"),
        ("latitude", "91", "place-error"),
        ("last4", "12345678", "last4-error"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_changes(
    town: Town, alice: Client, field: str, value: str, told: str
) -> None:
    said = as_it_is(town.grandmother) | {"document": "identity_card", "last4": "002X"}
    said |= {"longitude": "109", "latitude": "34", field: value}
    if field == "birth_date":
        said.pop("birth_year")
    answer = alice.post(path(town, "edit/"), said)
    assert answer.status_code == 400
    assert f'id="{told}"' in answer.content.decode()
    assert not CustomerEvent.objects.exists()


def test_two_cards_become_one_with_what_was_ticked(town: Town, alice: Client) -> None:
    keep = town.grandmother
    other = make_customer(
        town.branch, preferred_name="李老师", note="住二楼", birth_year=keep.birth_year
    )
    listed = alice.get(path(town, "same/")).content.decode()
    assert str(other.public_id) in listed
    side_by_side = alice.get(path(town, f"same/?other={other.public_id}")).content.decode()
    assert "李老师" in side_by_side
    assert other.phone not in side_by_side
    said = {"other": str(other.public_id), "take": ["preferred_name", "phone"], "why": ""}
    assert alice.post(path(town, "merge/"), said).status_code == 400
    assert Customer.objects.get(pk=other.pk).merged_into is None
    assert alice.post(path(town, "merge/"), said | {"why": "同一张身份证"}).status_code == 303
    keep.refresh_from_db()
    assert (keep.preferred_name, keep.phone, keep.note) == ("李老师", other.phone, "住二楼")
    gone = alice.get(path(town, "", other))
    assert gone["Location"] == path(town, "")


def consent(**changes: object) -> dict[str, object]:
    today = clock.today()
    return {
        "name": "陈静",
        "relation": "child",
        "phone": "137 0000 1111",
        "matter": "预约上门服务",
        "starts": today.isoformat(),
        "ends": (today + timedelta(days=90)).isoformat(),
        "given": "in_person",
    } | changes


def photo() -> SimpleUploadedFile:
    picture = BytesIO()
    Image.new("RGB", (40, 30), "white").save(picture, "JPEG")
    return SimpleUploadedFile("paper.jpg", picture.getvalue(), "image/jpeg")


def test_family_asks_until_the_consent_is_withdrawn(town: Town, alice: Client) -> None:
    said = consent(given="paper", evidence="委-0042", paper=photo())
    assert alice.post(path(town, "family/add/"), said).status_code == 303
    row = Consent.objects.get()
    family = Asker(AskedBy.FAMILY, representative=row.representative)
    check_consent(family, town.grandmother, town.version)
    listed = alice.get(path(town, "family/")).content.decode()
    assert "陈静" in listed
    assert "137****1111" in listed
    assert "13700001111" not in listed

    shown = alice.post(path(town, f"consents/{row.pk}/paper/"), {"reason": "核对签名"})
    assert shown["Content-Type"] == "image/jpeg"
    assert shown.content.startswith(b"\xff\xd8\xff")
    assert Reveal.objects.get().what == "paper"
    assert alice.post(path(town, f"consents/{row.pk}/paper/"), {"reason": ""}).status_code == 400

    end = path(town, f"consents/{row.pk}/withdraw/")
    assert alice.post(end, {"reason": ""}).status_code == 400
    assert alice.post(end, {"reason": "她不愿意了"}).status_code == 303
    with pytest.raises(ConsentMissing):
        check_consent(family, town.grandmother, town.version)
    assert alice.post(end, {"reason": "again"}).status_code == 409
    assert "陈静" in alice.get(path(town, "family/")).content.decode()


@pytest.mark.parametrize(
    "change",
    [
        {"phone": "12"},
        {"relation": "king"},
        {"given": "recorded_call", "evidence": ""},
        {"ends": "2020-01-01"},
        {"matter": ""},
        {"given": "paper", "evidence": "1", "paper": SimpleUploadedFile("x.jpg", b"<script>")},
    ],
)
def test_a_consent_that_lacks_something_leaves_nobody_behind(
    town: Town, alice: Client, change: dict[str, object]
) -> None:
    answer = alice.post(path(town, "family/add/"), consent(**change))
    assert answer.status_code == 400
    assert "陈静" in answer.content.decode()
    assert not Consent.objects.exists()
    assert not town.grandmother.representatives.exists()
    assert not ConsentPaper.objects.exists()


def test_a_no_has_its_reason_and_a_seat_at_a_branch(town: Town, alice: Client) -> None:
    young = make_customer(town.branch, birth_year=clock.today().year - 65, needs=[])
    where = path(town, "home-visit/", young)
    assert alice.get(where).status_code == 200
    assert not EligibilityDecision.objects.exists()
    page = alice.post(where, {"service": town.version.pk}).content.decode()
    assert "Home visits are kept for those who cannot come to us" in page
    assert town.branch.name in page
    assert f"what=branch:{town.version.service.code}" in page
    decision = EligibilityDecision.objects.get()
    assert (decision.outcome, decision.rules) == ("not_eligible", ["no_reason_to_come"])
    assert decision.actor == town.alice
    assert alice.post(where, {"service": ""}).status_code == 400
    assert EligibilityDecision.objects.count() == 1


def test_a_stop_stands_until_somebody_decides_anew(town: Town, alice: Client) -> None:
    where = path(town, "home-visit/")
    asked = {"service": town.version.pk, "mind_unclear": "1"}
    assert "Nothing is signed today" in alice.post(where, asked).content.decode()
    steps = DueStep.objects.filter(kind__startswith="guardian")
    assert sorted(steps.values_list("kind", flat=True)) == [
        "guardian_follow_up",
        "guardian_referred",
    ]
    stops = f"/desk/{town.branch.code}/customers/stops/"
    assert "李奶奶" in alice.get(stops).content.decode()
    book = f"/desk/{town.branch.code}/book/?customer={town.grandmother.public_id}"
    refused = alice.get(f"{book}&what=home:{town.version.service.code}").content.decode()
    assert "this is your own wish" in refused
    alice.post(where, {"service": town.version.pk})
    assert "李奶奶" not in alice.get(stops).content.decode()


def test_all_that_is_held_is_handed_out_on_record(town: Town, martha: Client) -> None:
    make_daughter(town.grandmother)
    where = path(town, "export/")
    assert martha.post(where, {"reason": ""}).status_code == 400
    assert not Reveal.objects.exists()
    page = martha.post(where, {"reason": "本人要求"})
    assert town.grandmother.phone in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    file = martha.post(where, {"reason": "本人要求", "as_file": "1"})
    assert file.json()["records"][0]["phone"] == town.grandmother.phone
    assert list(Reveal.objects.values_list("what", flat=True)) == ["everything", "everything"]
    assert (
        "本人要求" in martha.get(f"/desk/{town.branch.code}/customers/readings/").content.decode()
    )


def test_a_wish_to_be_forgotten_waits_for_the_second(town: Town, martha: Client) -> None:
    assert martha.post(path(town, "forget/"), {"reason": ""}).status_code == 400
    assert martha.post(path(town, "forget/"), {"reason": "她不想了"}).status_code == 303
    assert martha.post(path(town, "forget/"), {"reason": "again"}).status_code == 409
    assert ErasureRequest.objects.get().status == "asked"
    assert Customer.objects.get(pk=town.grandmother.pk).name == "李桂兰"


def test_card_says_everything_on_one_screen(town: Town, alice: Client) -> None:
    row = town.grandmother
    row.preferred_staff, row.note, row.contact_by = town.team[0], "敲门重些", "family"
    row.circumstances = ["lives_alone"]
    row.save()
    daughter = make_daughter(row)
    page = alice.get(path(town, "")).content.decode()
    for words in (town.team[0].name, "敲门重些", "lives alone", daughter.name, "walks with"):
        assert words in page
    assert f"messages go to {daughter.name}" in page
    assert row.phone not in page
