"""Sign-in codes: hashed, short-lived, few, and silent about who is a customer."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from eldercare import sign_in
from eldercare.models import Consent, SignInCode
from eldercare.sign_in import CodeRefused, TooManyCodes, check_code, send_code
from foundation.errors import ErrorCode, InvalidInput
from tests.make import MORNING, Town, make_customer, make_daughter, make_town
from workflow.models import Message

pytestmark = pytest.mark.django_db

PHONE = "13812345678"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def town(clock: time_machine.Traveller) -> Town:
    town = make_town()
    town.grandmother.set_phone(PHONE)
    town.grandmother.save()
    return town


def said_in_text() -> str:
    """The six digits of the last message."""
    found = re.search(r"\d{6}", Message.objects.latest("pk").body)
    assert found is not None
    return found[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def try_code(row: SignInCode, code: str) -> ErrorCode:
    with pytest.raises(CodeRefused) as refusal:
        check_code(public_id=str(row.public_id), code=code)
    return refusal.value.code


def test_the_code_that_was_sent_signs_in_once(town: Town) -> None:
    row = send_code(phone=" +86 138-1234-5678 ")
    code = said_in_text()

    people = check_code(public_id=str(row.public_id), code=f" {code} ")
    assert (people.customers, people.representatives) == ((town.grandmother,), ())
    assert try_code(row, code) == ErrorCode.CODE_EXPIRED


def test_only_the_hash_is_kept_and_the_text_is_sealed(town: Town) -> None:
    row = send_code(phone=PHONE)
    code = said_in_text()
    assert code not in row.code_hash
    assert PHONE not in row.phone_index
    assert Message.objects.get().to == PHONE


def test_unknown_phone_gets_the_same_answer_and_no_text(town: Town) -> None:
    known, unknown = send_code(phone=PHONE), send_code(phone="13900000000")
    assert (known.expires_at, known.tries) == (unknown.expires_at, unknown.tries)
    assert SignInCode.objects.count() == 2
    assert Message.objects.count() == 1
    assert try_code(unknown, "000000") == try_code(known, wrong(said_in_text()))


def test_no_phone_at_all_writes_nothing(town: Town) -> None:
    with pytest.raises(InvalidInput) as refusal:
        send_code(phone="12345")
    assert set(refusal.value.fields) == {"phone"}
    assert not SignInCode.objects.exists()


def test_a_code_is_good_for_five_minutes(town: Town, clock: time_machine.Traveller) -> None:
    early, late = send_code(phone=PHONE), send_code(phone=PHONE)
    code = said_in_text()
    clock.shift(timedelta(minutes=5) - timedelta(seconds=1))
    assert try_code(early, wrong(code)) == ErrorCode.CODE_WRONG
    clock.shift(timedelta(seconds=1))
    assert try_code(late, code) == ErrorCode.CODE_EXPIRED
    assert SignInCode.objects.filter(used_at__isnull=False).count() == 0


def test_five_wrong_tries_lock_the_code_for_good(town: Town) -> None:
    row = send_code(phone=PHONE)
    code = said_in_text()
    assert {try_code(row, wrong(code)) for _ in range(5)} == {ErrorCode.CODE_WRONG}
    assert try_code(row, code) == ErrorCode.CODE_LOCKED
    row.refresh_from_db()
    assert (row.used_at, row.tries >= 5) == (None, True)


def test_fourth_wrong_try_leaves_one(town: Town) -> None:
    row = send_code(phone=PHONE)
    code = said_in_text()
    for _ in range(4):
        try_code(row, wrong(code))
    assert check_code(public_id=str(row.public_id), code=code).customers == (town.grandmother,)


@pytest.mark.parametrize("phone", [PHONE, "13900000000"])
def test_five_codes_in_a_quarter_of_an_hour_are_enough(
    town: Town, clock: time_machine.Traveller, phone: str
) -> None:
    for _ in range(5):
        send_code(phone=phone)
    before = Message.objects.count()
    with pytest.raises(TooManyCodes):
        send_code(phone=phone)
    assert (SignInCode.objects.count(), Message.objects.count()) == (5, before)
    send_code(phone="13900000001")
    clock.shift(timedelta(minutes=15, seconds=1))
    send_code(phone=phone)


@pytest.mark.parametrize("public_id", ["00000000-0000-4000-8000-000000000000", "no id", ""])
def test_unknown_code_row_is_an_expired_code(town: Town, public_id: str) -> None:
    with pytest.raises(CodeRefused) as refusal:
        check_code(public_id=public_id, code="123456")
    assert refusal.value.code == ErrorCode.CODE_EXPIRED


def test_family_is_behind_a_phone_as_long_as_a_consent_stands(
    town: Town, clock: time_machine.Traveller
) -> None:
    daughter = make_daughter(town.grandmother, phone="13700000009")
    make_daughter(make_customer(town.branch), phone="13700000009", consent=False)
    found = sign_in.people_behind(daughter.phone_index)
    assert (found.customers, found.representatives) == ((), (daughter,))

    Consent.objects.update(withdrawn_at=MORNING)
    assert sign_in.people_behind(daughter.phone_index).representatives == ()
    Consent.objects.update(withdrawn_at=None)
    clock.shift(timedelta(days=365))
    assert sign_in.people_behind(daughter.phone_index).representatives == (daughter,)
    clock.shift(timedelta(days=1))
    assert sign_in.people_behind(daughter.phone_index).representatives == ()
