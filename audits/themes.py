"""One finding at many branches becomes a theme: analysed once, with one measure for all."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from accounts.roles import Role
from audits.improvements import move_locked
from audits.locks import improvements_locked, theme_locked
from audits.models import Improvement, ImprovementEvent, Theme
from audits.states import ImprovementStatus
from foundation.errors import InvalidInput, NotAllowed
from foundation.locks import locking

AT_LEAST = 2


def make_theme(*, title: str, improvements: Iterable[Improvement], actor: User) -> Theme:
    """Gather live improvements of a region under one title.

    Raises:
        InvalidInput: no title, fewer than two branches, two regions, closed ones, or ones that
            belong to a theme already.
        NotAllowed: out of the actor's scope.
    """
    require(actor, Permission.PLAN_INSPECTION)
    if not title.strip():
        raise InvalidInput(fields={"title": _("Please give it a name.")})
    pks = {row.pk for row in improvements}
    with locking():
        rows = improvements_locked(pks)
        _check_scope(rows, actor)
        _check_together(rows)
        codes = {row.item_code for row in rows}
        theme = Theme.objects.create(
            region=rows[0].branch.region,
            title=title.strip()[:200],
            item_code=codes.pop() if len(codes) == 1 else "",
            made_by=actor,
        )
        for row in rows:
            row.theme = theme
            row.save(update_fields=["theme"])
            _record(row, actor, theme.title)
    return theme


def set_measure(*, theme: Theme, analysis: str, measures: str, actor: User) -> list[Improvement]:
    """Analyse the theme and set one measure; those improvements that have an owner go on with it.

    An improvement without an owner is analysed and waits for its branch to name one. Those that are
    further on already keep what they have.

    Raises:
        InvalidInput: nothing said.
        NotAllowed.
    """
    require(actor, Permission.PLAN_INSPECTION)
    fields = {
        name: _("Please say it in a sentence or two.")
        for name, words in (("analysis", analysis), ("measures", measures))
        if not words.strip()
    }
    if fields:
        raise InvalidInput(fields=fields)
    with locking():
        row = theme_locked(theme.pk)
        members = improvements_locked(row.improvements.values_list("pk", flat=True))
        _check_scope(members, actor)
        row.analysis, row.measures = analysis.strip()[:1000], measures.strip()[:1000]
        row.save(update_fields=["analysis", "measures"])
        return [one for one in members if _take_over(one, row, actor)]


def _take_over(row: Improvement, theme: Theme, actor: User) -> bool:
    """Move one improvement as far as the theme takes it; whether it moved."""
    moved = False
    if row.status == ImprovementStatus.OPEN:
        row.analysis = theme.analysis
        move_locked(row, ImprovementStatus.ANALYSED, actor, f"theme: {theme.title}")
        moved = True
    if row.status == ImprovementStatus.ANALYSED:
        row.measures = theme.measures
        row.save(update_fields=["measures"])
        if row.owner_id is not None:
            move_locked(row, ImprovementStatus.MEASURES_SET, actor, f"theme: {theme.title}")
        moved = True
    return moved


def _check_scope(rows: list[Improvement], actor: User) -> None:
    if actor.role == Role.ADMINISTRATOR:
        return
    if any(row.branch.region_id != actor.region_id for row in rows):
        raise NotAllowed


def _check_together(rows: list[Improvement]) -> None:
    if len({row.branch_id for row in rows}) < AT_LEAST:
        raise InvalidInput(fields={"improvements": _("A theme is one finding at many branches.")})
    if len({row.branch.region_id for row in rows}) > 1:
        raise InvalidInput(fields={"improvements": _("A theme belongs to one region.")})
    if any(row.theme_id or row.status == ImprovementStatus.CLOSED for row in rows):
        raise InvalidInput(
            fields={"improvements": _("Some of these are closed or belong to a theme already.")}
        )


def _record(row: Improvement, actor: User, title: str) -> None:
    ImprovementEvent.objects.create(
        improvement=row,
        actor=actor,
        from_status=row.status,
        to_status=row.status,
        reason=f"theme: {title}"[:300],
        snapshot={"by": actor.full_name},
    )
