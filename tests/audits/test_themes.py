"""One finding at many branches: gathered, analysed once, one measure for all."""

from typing import Any

import pytest

from accounts.permissions import Permission
from accounts.roles import Role
from audits import improvements, themes
from audits.models import Improvement, Theme
from audits.states import ImprovementStatus
from foundation.errors import InvalidInput, NotAllowed
from tests.audits.make import World, bring_to, make_submitted, make_world
from tests.make import make_branch, make_user

pytestmark = pytest.mark.django_db


def make_many(world: World) -> list[Improvement]:
    for branch in (world.branch, make_branch(world.region), make_branch(world.region)):
        make_submitted(world, branch=branch, failing=("Y1",))
    return list(Improvement.objects.order_by("pk"))


def test_one_measure_for_all_and_each_branch_names_its_owner() -> None:
    world = make_world()
    one, two, three = make_many(world)
    improvements.assign(improvement=one, owner=world.alice, actor=world.martha)
    three = bring_to(bring_to(three, ImprovementStatus.OPEN, world), ImprovementStatus.OPEN, world)
    theme = themes.make_theme(title="doors", improvements=[one, two, three], actor=world.olga)
    assert (theme.item_code, theme.region) == ("Y1", world.region)
    moved = themes.set_measure(
        theme=theme, analysis="old doors", measures="order new doors", actor=world.olga
    )
    assert [row.pk for row in moved] == [one.pk, two.pk, three.pk]
    rows = list(theme.improvements.order_by("pk"))
    assert [row.status for row in rows] == ["measures_set", "analysed", "analysed"]
    assert {(row.analysis, row.measures) for row in rows} == {("old doors", "order new doors")}
    assert [e.reason for e in rows[0].events.all()][-2:] == ["theme: doors", "theme: doors"]
    assert Theme.objects.for_user(world.martha, Permission.VIEW_AUDIT).get() == theme
    stranger = make_user(Role.MANAGER, branches=[make_branch()])
    assert not Theme.objects.for_user(stranger, Permission.VIEW_AUDIT).exists()


def test_who_is_further_on_keeps_what_they_have() -> None:
    world = make_world()
    one, two, _three = make_many(world)
    one = bring_to(one, ImprovementStatus.MEASURES_SET, world)
    theme = themes.make_theme(title="doors", improvements=[one, two], actor=world.olga)
    moved = themes.set_measure(theme=theme, analysis="a", measures="b", actor=world.olga)
    assert [row.pk for row in moved] == [two.pk]
    one.refresh_from_db()
    assert (one.status, one.measures) == ("measures_set", "move it back")


def test_what_is_no_theme() -> None:
    world = make_world()
    one, two, three = make_many(world)
    taken: Any = themes.make_theme(title="doors", improvements=[two, three], actor=world.olga)
    for title, rows in ((" ", [one, two]), ("doors", [one]), ("doors", [one, two]), ("x", [])):
        with pytest.raises(InvalidInput):
            themes.make_theme(title=title, improvements=rows, actor=world.olga)
    foreign = make_user(Role.OFFICER, region=make_branch().region)
    with pytest.raises(NotAllowed):
        themes.make_theme(title="doors", improvements=[one, two], actor=foreign)
    with pytest.raises(NotAllowed):
        themes.set_measure(theme=taken, analysis="a", measures="b", actor=foreign)
    with pytest.raises(NotAllowed):
        themes.set_measure(theme=taken, analysis="a", measures="b", actor=world.martha)
    with pytest.raises(InvalidInput):
        themes.set_measure(theme=taken, analysis="", measures="b", actor=world.olga)
    assert Theme.objects.get().measures == ""
    assert set(Improvement.objects.values_list("status", flat=True)) == {"open"}
