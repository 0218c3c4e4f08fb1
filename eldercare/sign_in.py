"""Customers and family prove who they are with their phone: a number, then a code by text.

The answer to "send me a code" is the same whether the number is known or not, and a row is written
either way. Codes are six digits, kept as a hash, good for five minutes and five tries.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.utils.translation import gettext_lazy as _

from eldercare import phones
from eldercare.locks import sign_in_code_locked
from eldercare.models import Consent, Customer, Representative, SignInCode
from foundation import clock
from foundation.encryption import blind_index
from foundation.errors import DomainError, ErrorCode
from foundation.locks import Guarded, locking, one_at_a_time
from workflow import texts
from workflow.outbox import queue_message

LIFETIME = timedelta(minutes=5)
MAX_TRIES = 5
MAX_CODES = 5
PER = timedelta(minutes=15)


class CodeRefused(DomainError):
    """The code does not fit. Which of the ways it does not fit is in ``code``."""

    code = ErrorCode.CODE_WRONG
    http_status = 400
    default_message = _("That code does not fit. Please look at the text message once more.")


class TooManyCodes(DomainError):
    code = ErrorCode.RATE_LIMITED
    http_status = 429
    default_message = _(
        "We have sent several codes already. Please wait a quarter of an hour, or phone us."
    )


@dataclass(frozen=True)
class SignedIn:
    """Whose phone it is: customers with this number, and those whom it may act for."""

    customers: tuple[Customer, ...]
    representatives: tuple[Representative, ...]


def send_code(*, phone: str) -> SignInCode:
    """Send a sign-in code to a phone, if it is anybody's. The caller cannot tell which.

    Raises:
        InvalidInput: this is no phone number.
        TooManyCodes: five codes in a quarter of an hour are enough.
    """
    number = phones.normalise(phone)
    index = blind_index(number)
    code = f"{secrets.randbelow(1_000_000):06d}"
    now = clock.now()
    with locking():
        one_at_a_time(Guarded.SIGN_IN_CODES, index)
        if SignInCode.objects.filter(phone_index=index, made_at__gt=now - PER).count() >= MAX_CODES:
            raise TooManyCodes
        row = SignInCode.objects.create(
            phone_index=index,
            code_hash=make_password(code),
            made_at=now,
            expires_at=now + LIFETIME,
        )
        if _is_known(index):
            queue_message(
                key=f"sign-in:{row.public_id}",
                kind="sign_in_code",
                subject=f"sign-in:{row.public_id}",
                to=number,
                text=texts.compose("sign_in_code", {"code": code}),
            )
    return row


def check_code(*, public_id: str, code: str) -> SignedIn:
    """Trade a code for the people behind the phone. A code works once.

    Raises:
        CodeRefused: wrong, too old, used, or tried too often.
    """
    with locking():
        row = sign_in_code_locked(public_id) if _is_id(public_id) else None
        refusal = _refusal(row, code)
        if row is not None and refusal is not None:
            # Committed with the refusal, or the tries would never count.
            SignInCode.objects.filter(pk=row.pk).update(tries=row.tries + 1)
        if row is not None and refusal is None:
            SignInCode.objects.filter(pk=row.pk).update(used_at=clock.now())
    if refusal is not None or row is None:
        raise refusal or CodeRefused
    return people_behind(row.phone_index)


def people_behind(phone_index: str) -> SignedIn:
    """The customers with this phone, and the representatives whose consent stands today."""
    return SignedIn(
        customers=tuple(Customer.objects.current().filter(phone_index=phone_index)),
        representatives=tuple(
            Representative.objects.filter(
                phone_index=phone_index,
                customer__merged_into__isnull=True,
                pk__in=Consent.objects.standing().values("representative"),
            ).select_related("customer")
        ),
    )


def _refusal(row: SignInCode | None, code: str) -> CodeRefused | None:
    if row is None or row.used_at is not None or row.expires_at <= clock.now():
        return CodeRefused(
            _("This code is too old. Please ask for a new one."), code=ErrorCode.CODE_EXPIRED
        )
    if row.tries >= MAX_TRIES:
        return CodeRefused(
            _("Five tries did not fit. Please ask for a new code, or phone us."),
            code=ErrorCode.CODE_LOCKED,
        )
    if not check_password(code.strip(), row.code_hash):
        return CodeRefused()
    return None


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _is_known(phone_index: str) -> bool:
    return (
        Customer.objects.filter(phone_index=phone_index).exists()
        or Representative.objects.filter(phone_index=phone_index).exists()
    )
