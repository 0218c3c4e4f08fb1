"""Who may do what: one table, and no quiet answer to a question that it does not hold."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.permissions import Permission, may, require
from accounts.roles import REGION_ROLES, Role
from foundation.errors import NotAllowed
from tests.make import make_region, make_user

pytestmark = pytest.mark.django_db


def everybody() -> dict[Role, User]:
    region = make_region()
    return {role: make_user(role, region=region if role in REGION_ROLES else None) for role in Role}


def test_each_role_holds_what_the_table_says_and_administrators_everything() -> None:
    for role, user in everybody().items():
        for permission in Permission:
            expected = role == Role.ADMINISTRATOR or role in permission.roles
            assert may(user, permission) is expected, (role, permission)


def test_nobody_else_holds_anything() -> None:
    alice = make_user()
    alice.is_active = False
    for permission in Permission:
        assert not may(AnonymousUser(), permission)
        assert not may(alice, permission)


def test_refusal_names_the_permission() -> None:
    with pytest.raises(NotAllowed) as refusal:
        require(make_user(), Permission.APPROVE_VISIT)
    assert refusal.value.data == {"permission": "approve_visit"}
    require(make_user(Role.MANAGER), Permission.APPROVE_VISIT)


def test_every_permission_has_words_and_somebody_who_holds_it() -> None:
    for permission in Permission:
        assert str(permission.words)
        assert permission.roles
        assert Role.ADMINISTRATOR not in permission.roles
    assert len({permission.name for permission in Permission}) == len(Permission)


def test_two_permissions_with_the_same_holders_are_still_two() -> None:
    """An enum makes members with equal values one; words keep them apart."""
    assert len(Permission.__members__) == len(list(Permission))


@pytest.mark.parametrize("role", sorted(REGION_ROLES))
def test_region_role_without_a_region_is_refused_by_the_database(role: Role) -> None:
    with pytest.raises(IntegrityError, match="user_region_role_has_region"), transaction.atomic():
        make_user(role)


def test_unknown_role_is_refused_by_the_database() -> None:
    alice = make_user()
    with pytest.raises(IntegrityError, match="user_role_known"), transaction.atomic():
        User.objects.filter(pk=alice.pk).update(role="")
