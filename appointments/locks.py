"""The only place in this app that says FOR UPDATE."""

from appointments.models import HomeVisit


def visit_locked(pk: int) -> HomeVisit:
    """One visit, locked and fresh."""
    return HomeVisit.objects.select_for_update(of=("self",)).get(pk=pk)
