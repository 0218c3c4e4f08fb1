"""The only place in this app that says FOR UPDATE."""

from appointments.models import HomeVisit, Wish


def visit_locked(pk: int) -> HomeVisit:
    """One visit, locked and fresh."""
    return HomeVisit.objects.select_for_update(of=("self",)).get(pk=pk)


def wish_locked(pk: int) -> Wish:
    """One place on the waiting list, locked and fresh."""
    return Wish.objects.select_for_update(of=("self",)).get(pk=pk)
