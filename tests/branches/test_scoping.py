"""Nobody sees what is not theirs: one litany for every model that belongs to a branch."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser

from accounts.permissions import Permission
from branches.models import Branch
from branches.scoping import ScopedQuerySet
from tests.make import Town, make_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


def codes(user: Any, permission: Permission = Permission.VIEW_BRANCH) -> set[str]:
    return {branch.code for branch in Branch.objects.for_user(user, permission)}


def test_branch_roles_see_their_branches_and_region_roles_their_region(town: Town) -> None:
    own, other = town.branch.code, town.gaoxin.code
    assert codes(town.alice) == codes(town.martha) == {own}
    assert codes(town.bob) == {other}
    assert codes(town.olga) == codes(town.rita) == {own, other}
    assert codes(town.zoe) == set()
    assert codes(town.admin) >= {own, other}
    assert codes(AnonymousUser()) == set()


def test_role_without_the_permission_sees_nothing(town: Town) -> None:
    assert codes(town.alice, Permission.CHANGE_BRANCH) == set()
    assert codes(town.martha, Permission.CHANGE_BRANCH) == {town.branch.code}
    assert codes(town.rita, Permission.VIEW_STAFF) == set()


def test_inactive_user_sees_nothing(town: Town) -> None:
    town.alice.is_active = False
    assert codes(town.alice) == set()


def test_user_of_two_branches_sees_each_once(town: Town) -> None:
    town.alice.branches.add(town.gaoxin)
    found = [b.code for b in Branch.objects.for_user(town.alice, Permission.VIEW_BRANCH)]
    assert sorted(found) == sorted([town.branch.code, town.gaoxin.code])


def scoped_models() -> list[type[Any]]:
    return [
        model
        for model in apps.get_models()
        if isinstance(model._default_manager.get_queryset(), ScopedQuerySet)
    ]


@pytest.mark.parametrize("model", scoped_models(), ids=lambda model: model.__name__)
def test_every_scoped_model_can_be_asked_by_every_role(town: Town, model: type[Any]) -> None:
    for user in (town.alice, town.olga, town.rita, town.admin, AnonymousUser()):
        rows = model._default_manager.for_user(user, Permission.VIEW_BRANCH)
        assert rows.count() <= model._default_manager.count()
    assert not model._default_manager.for_user(town.zoe, Permission.VIEW_BRANCH).exists()


def test_only_rows_that_belong_to_no_branch_are_unscoped() -> None:
    ours = {"accounts", "workflow", "branches", "eldercare", "appointments"}
    unscoped = {
        model.__name__
        for model in apps.get_models()
        if model._meta.app_label in ours and model not in scoped_models()
    }
    assert unscoped <= {
        "Region",
        "User",
        "Message",
        "DemoDelivery",
        "DueStep",
        "Heartbeat",
        "MessageEvent",
        "PhoneCall",
        "FacilityType",
        "BranchEvent",
        "FaultEvent",
        "FacilityEvent",
        "DemonstrationEvent",
        "KitComponent",
        "LeaveEvent",
        "StaffEvent",
        "StockRequestEvent",
        "SwapRequestEvent",
        "StockItem",
        "Service",
        "ServiceVersion",
        "ServiceEvent",
        "ReviewComment",
        "CustomerEvent",
        "ConsentEvent",
        "ConsentPaper",
        "EscortEvent",
        "SignInCode",
        "CalendarDay",
        "TeamMember",
        "VisitEvent",
        "DayPlanEvent",
        "RoadTable",
    }
