"""Who may do what to which branch: the role's permission, and the branch within their scope."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from accounts.roles import Role
from branches.models import Branch, Staff
from foundation.errors import DomainError, ErrorCode, NotAllowed


class OwnBranch(DomainError):
    """Nobody inspects where they work."""

    code = ErrorCode.NOT_ALLOWED
    http_status = 409
    default_message = _(
        "An inspector must not belong to the branch. Please choose somebody from outside."
    )


def require_in(actor: User, permission: Permission, branch: Branch) -> None:
    """Refuse whoever may not do this, or may not do it here.

    Raises:
        NotAllowed: the role does not hold the permission, or the branch is out of scope.
    """
    require(actor, permission)
    if not Branch.objects.for_user(actor, permission).filter(pk=branch.pk).exists():
        raise NotAllowed(data={"permission": permission.name.lower(), "branch": branch.code})


def belongs_to(user: User, branch: Branch) -> bool:
    """Whether this person works in this branch, by sign-in or by the staff list."""
    return (
        branch.users.filter(pk=user.pk).exists()
        or Staff.objects.filter(branch=branch, user=user).exists()
    )


def inspectors_for(actor: User) -> QuerySet[User]:
    """Who may be sent by this person: the inspectors of their region, or of all regions."""
    rows = User.objects.filter(is_active=True, role__in=Permission.INSPECT_BRANCH.roles)
    if actor.role != Role.ADMINISTRATOR:
        rows = rows.filter(region=actor.region_id)
    return rows.order_by("full_name", "pk")


def workplaces(users: Iterable[User]) -> dict[int, set[int]]:
    """The branches to which each of these people belongs, by sign-in or by the staff list."""
    found: dict[int, set[int]] = {user.pk: set() for user in users}
    signed_in = Branch.users.through.objects.filter(user__in=found)
    listed = Staff.objects.filter(user__in=found)
    for user, branch in (
        *signed_in.values_list("user", "branch"),
        *listed.values_list("user", "branch"),
    ):
        if user is not None:
            found[user].add(branch)
    return found


def check_inspector(inspector: User, branch: Branch, *, self_check: bool) -> None:
    """A branch checks itself by its manager; anything else is done by somebody from outside.

    Raises:
        OwnBranch: the inspector works in the branch, or the self-checker does not.
        NotAllowed: the role is not an inspector's, or the branch is out of scope.
    """
    if self_check:
        require_in(inspector, Permission.SELF_CHECK, branch)
        if inspector.role != Role.ADMINISTRATOR and not belongs_to(inspector, branch):
            raise OwnBranch(_("A self-check is done by the branch's own manager."))
        return
    require_in(inspector, Permission.INSPECT_BRANCH, branch)
    if belongs_to(inspector, branch):
        raise OwnBranch
