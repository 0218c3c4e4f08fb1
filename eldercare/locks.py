"""The only place in this app that says FOR UPDATE."""

from eldercare.models import (
    Consent,
    Customer,
    ErasureRequest,
    Escort,
    KeptAction,
    Service,
    ServiceVersion,
    SignInCode,
)


def escort_locked(pk: int) -> Escort:
    """One escort, locked and fresh."""
    return Escort.objects.select_for_update(of=("self",)).get(pk=pk)


def version_locked(pk: int) -> ServiceVersion:
    """One service version, locked and fresh."""
    return ServiceVersion.objects.select_for_update(of=("self",)).get(pk=pk)


def sign_in_code_locked(public_id: str) -> SignInCode | None:
    """One sign-in code, locked and fresh, if there is such a one."""
    return SignInCode.objects.select_for_update(of=("self",)).filter(public_id=public_id).first()


def customers_locked(pks: list[int]) -> dict[int, Customer]:
    """Customers by key, locked in the order of their keys and fresh."""
    rows = Customer.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    return {row.pk: row for row in rows}


def consent_locked(pk: int) -> Consent:
    """One consent, locked and fresh."""
    return Consent.objects.select_for_update(of=("self",)).get(pk=pk)


def erasure_locked(pk: int) -> ErasureRequest:
    """One request to be forgotten, locked and fresh."""
    return ErasureRequest.objects.select_for_update(of=("self",)).get(pk=pk)


def service_locked(pk: int) -> Service:
    """One service, locked and fresh."""
    return Service.objects.select_for_update(of=("self",)).get(pk=pk)


def kept_action_locked(pk: int) -> KeptAction:
    """One line that a tablet kept, locked and fresh."""
    return KeptAction.objects.select_for_update(of=("self",)).get(pk=pk)
