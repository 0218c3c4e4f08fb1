"""Nothing readable at rest; a copy of everything on request, and on record."""

import json

import pytest
from django.db import connection

from eldercare import escorts, privacy
from eldercare.models import CustomerEvent, Reveal
from eldercare.sign_in import send_code
from foundation.errors import InvalidInput, NotAllowed
from tests.make import Town, make_customer, make_daughter, make_town, new_key

pytestmark = pytest.mark.django_db

PHONE, HER_PHONE, ADDRESS = "13898765432", "13787654321", "长乐西路99号绿苑小区"


@pytest.fixture
def town() -> Town:
    return make_town()


def dump() -> str:
    """Every row of every table, as COPY writes it into a backup."""
    out = bytearray()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                for part in copy:
                    out += part
    return out.decode()


def test_no_phone_address_or_note_in_a_dump(town: Town) -> None:
    row = make_customer(town.branch, phone=PHONE, address=ADDRESS, note="心脏不好")
    make_daughter(row, phone=HER_PHONE)

    text = dump()

    assert str(row.public_id) in text
    for secret in (PHONE, HER_PHONE, ADDRESS, "绿苑", "心脏"):
        assert secret not in text


def test_a_copy_of_everything_is_given_and_recorded(town: Town) -> None:
    row = make_customer(town.branch, phone=PHONE, address=ADDRESS)
    make_daughter(row, phone=HER_PHONE)

    held = privacy.export_customer(customer=row, why="asked for it", actor=town.martha)

    (record,) = json.loads(json.dumps(held))["records"]
    assert (record["phone"], record["address"]) == (PHONE, ADDRESS)
    assert record["representatives"][0]["phone"] == HER_PHONE
    assert record["representatives"][0]["consents"][0]["matter"] == "预约上门服务"
    assert list(Reveal.objects.values_list("what", "why")) == [("everything", "asked for it")]
    assert CustomerEvent.objects.get().to_status == "exported"


def test_other_rooms_add_their_part(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(privacy, "_parts", {})
    privacy.register_part("garden", lambda customer: {"of": customer.name})
    assert privacy.held_on(town.grandmother)["garden"] == [{"of": "李桂兰"}]


def test_a_copy_needs_a_role_and_a_reason(town: Town) -> None:
    with pytest.raises(NotAllowed):
        privacy.export_customer(customer=town.grandmother, why="x", actor=town.olga)
    with pytest.raises(InvalidInput):
        privacy.export_customer(customer=town.grandmother, why=" ", actor=town.martha)
    assert not Reveal.objects.exists()


def test_a_copy_holds_escorts_and_messages_but_not_those_to_a_shared_phone(town: Town) -> None:
    row = make_customer(town.branch, phone=PHONE)
    escorts.log_arrival(
        client_key=new_key(),
        branch=town.branch,
        service_version=town.version,
        customer=row,
        actor=town.alice,
    )
    send_code(phone=PHONE)
    (record,) = privacy.held_on(row)["records"]
    (escort,) = record["escorts"]
    assert (escort["status"], escort["service"]) == ("waiting", town.version.service.code)
    assert [event["to"] for event in escort["events"]] == ["waiting"]
    assert [message["kind"] for message in record["messages"]] == ["sign_in_code"]
    make_customer(town.branch, phone=PHONE)
    assert privacy.held_on(row)["records"][0]["messages"] == []
