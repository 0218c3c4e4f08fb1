"""The only place in this app that says FOR UPDATE."""

from eldercare.models import Escort, ServiceVersion, SignInCode


def escort_locked(pk: int) -> Escort:
    """One escort, locked and fresh."""
    return Escort.objects.select_for_update(of=("self",)).get(pk=pk)


def version_locked(pk: int) -> ServiceVersion:
    """One service version, locked and fresh."""
    return ServiceVersion.objects.select_for_update(of=("self",)).get(pk=pk)


def sign_in_code_locked(public_id: str) -> SignInCode | None:
    """One sign-in code, locked and fresh, if there is such a one."""
    return SignInCode.objects.select_for_update(of=("self",)).filter(public_id=public_id).first()
