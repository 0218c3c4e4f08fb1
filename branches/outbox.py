"""Messages and due steps within somebody's scope: they name their branch by its code."""

from django.db.models import QuerySet

from accounts.models import User
from accounts.permissions import Permission, may
from accounts.roles import Role
from branches.models import Branch
from workflow.models import DueStep, Message


def messages_for(user: User, permission: Permission) -> QuerySet[Message]:
    """The messages of the branches in scope; administrators see those of no branch too."""
    rows = Message.objects.all()
    return (
        rows
        if _sees_all(user, permission)
        else rows.filter(branch_code__in=_codes(user, permission))
    )


def steps_for(user: User, permission: Permission) -> QuerySet[DueStep]:
    """The due steps of the branches in scope, likewise."""
    rows = DueStep.objects.all()
    return (
        rows
        if _sees_all(user, permission)
        else rows.filter(branch_code__in=_codes(user, permission))
    )


def _sees_all(user: User, permission: Permission) -> bool:
    return user.role == Role.ADMINISTRATOR and may(user, permission)


def _codes(user: User, permission: Permission) -> QuerySet[Branch, str]:
    return Branch.objects.for_user(user, permission).values_list("code", flat=True)
