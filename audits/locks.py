"""The only place in this app that says FOR UPDATE. Always in order of primary key."""

from collections.abc import Iterable

from audits.models import Improvement, Inspection, Suspension, Theme


def inspection_locked(pk: int) -> Inspection:
    """One inspection, locked and fresh."""
    return Inspection.objects.select_for_update(of=("self",)).get(pk=pk)


def improvement_locked(pk: int) -> Improvement:
    """One improvement, locked and fresh."""
    return Improvement.objects.select_for_update(of=("self",)).get(pk=pk)


def improvements_locked(pks: Iterable[int]) -> list[Improvement]:
    """These improvements, locked and fresh."""
    return list(
        Improvement.objects.filter(pk__in=list(pks)).select_for_update(of=("self",)).order_by("pk")
    )


def theme_locked(pk: int) -> Theme:
    """One theme, locked and fresh."""
    return Theme.objects.select_for_update(of=("self",)).get(pk=pk)


def suspension_locked(pk: int) -> Suspension:
    """One suspension, locked and fresh."""
    return Suspension.objects.select_for_update(of=("self",)).get(pk=pk)
