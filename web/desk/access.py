"""The only way from an address to a row: outside one's scope there is none (404), and a role that
does not hold the permission is told so (403)."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, require
from appointments.models import HomeVisit
from appointments.queries import visits_joined
from branches.models import Branch, BranchPhoto, Facility, FacilityFault, Staff
from branches.photos import photos_for
from branches.queries import open_steps
from branches.scoping import ScopedQuerySet
from eldercare.models import Customer, Escort, KeptAction, Loan
from workflow.models import DueStep

M = TypeVar("M", bound=Model)


def desk_branches(user: User) -> list[Branch]:
    """The branches at whose desk this person may stand.

    Raises:
        NotAllowed: the role has no business at a desk.
    """
    require(user, Permission.VIEW_ESCORT)
    rows = Branch.objects.for_user(user, Permission.VIEW_ESCORT)
    return list(rows.filter(is_active=True).order_by("code"))


def get_branch_or_404(
    user: User, code: str, permission: Permission = Permission.VIEW_ESCORT
) -> Branch:
    """One branch in scope, for somebody whose role holds the permission."""
    branch = _one(Branch.objects.for_user(user, Permission.VIEW_BRANCH), code=code, is_active=True)
    require(user, permission)
    return branch


def get_escort_or_404(
    user: User, branch: Branch, public_id: UUID, permission: Permission = Permission.VIEW_ESCORT
) -> Escort:
    """One escort of a branch, with whom it is about."""
    escort = _one(escorts_in_scope(user), branch=branch, public_id=public_id)
    require(user, permission)
    return escort


def escorts_in_scope(user: User) -> ScopedQuerySet[Escort]:
    """The escorts that this person may see, each with whom it is about."""
    return Escort.objects.for_user(user, Permission.VIEW_ESCORT).select_related(
        "branch", "customer", "service_version", "assistant"
    )


def get_customer_or_404(user: User, public_id: UUID) -> Customer:
    """One customer in scope."""
    require(user, Permission.VIEW_CUSTOMER)
    return _one(Customer.objects.for_user(user, Permission.VIEW_CUSTOMER), public_id=public_id)


def get_assistant_or_404(user: User, branch: Branch, pk: int) -> Staff:
    """One colleague who works in the branch."""
    require(user, Permission.VIEW_STAFF)
    rows = Staff.objects.for_user(user, Permission.VIEW_STAFF).active()
    return _one(rows, branch=branch, pk=pk)


def get_visit_or_404(
    user: User, branch: Branch, public_id: UUID, permission: Permission = Permission.VIEW_VISIT
) -> HomeVisit:
    """One home visit of a branch, with its customer and team."""
    visit = visits_joined(user).filter(branch=branch, public_id=public_id).first()
    if visit is None:
        raise Http404(_("There is no such visit here."))
    require(user, permission)
    return visit


def get_facility_or_404(
    user: User, branch: Branch, pk: int, permission: Permission = Permission.REPORT_FAULT
) -> Facility:
    """One facility of a branch; unless told otherwise for somebody who may report it broken."""
    rows = Facility.objects.for_user(user, Permission.VIEW_BRANCH).select_related(
        "type", "branch", "photo", "last_seen_by"
    )
    facility = _one(rows, branch=branch, pk=pk)
    require(user, permission)
    return facility


def get_fault_or_404(user: User, branch: Branch, pk: int) -> FacilityFault:
    """One fault of a branch, open or closed, for somebody who may close it."""
    rows = FacilityFault.objects.for_user(user, Permission.VIEW_BRANCH)
    fault = _one(rows.select_related("facility__type"), facility__branch=branch, pk=pk)
    require(user, Permission.REPAIR_FAULT)
    return fault


def get_photo_or_404(user: User, branch: Branch, public_id: UUID) -> BranchPhoto:
    """One photo of a branch; a person's only for those who may see staff."""
    photo = photos_for(user).filter(branch=branch, public_id=public_id).first()
    if photo is None:
        raise Http404(_("There is no such thing here."))
    return photo


def get_person_or_404(
    user: User, branch: Branch, pk: int, permission: Permission = Permission.VIEW_STAFF
) -> Staff:
    """One person of a branch, also one who has left."""
    require(user, Permission.VIEW_STAFF)
    rows = Staff.objects.for_user(user, Permission.VIEW_STAFF).select_related("user", "photo")
    person = _one(rows, branch=branch, pk=pk)
    require(user, permission)
    return person


def get_lendable_or_404(user: User, branch: Branch, pk: int) -> Facility:
    """One facility of a branch; whether it is lent, and left, the domain knows."""
    rows = Facility.objects.for_user(user, Permission.VIEW_BRANCH).select_related("type")
    return _one(rows, branch=branch, pk=pk)


def get_loan_or_404(user: User, escort: Escort, pk: int) -> Loan:
    """One thing that was lent to this person."""
    return _one(Loan.objects.for_user(user, Permission.VIEW_ESCORT), escort=escort, pk=pk)


def get_kept_or_404(user: User, branch: Branch, pk: int) -> KeptAction:
    """One line that a tablet of the branch kept without a network."""
    return _one(KeptAction.objects.for_user(user, Permission.VIEW_ESCORT), branch=branch, pk=pk)


def get_step_or_404(user: User, branch: Branch, pk: int) -> DueStep:
    """One due step of a branch that somebody may act on; a settled one is shown by its refusal."""
    step = open_steps(user, branch, settled_too=True).filter(pk=pk).first()
    if step is None:
        raise Http404(_("There is no such task here."))
    require(user, Permission.ACT_ON_STEP)
    return step


def own_staff(user: User, branch: Branch) -> Staff | None:
    """The badge under which this person works in this branch, if any."""
    rows = Staff.objects.for_user(user, Permission.VIEW_STAFF).active()
    return rows.filter(branch=branch, user=user).first()


def _one(rows: ScopedQuerySet[M], **lookup: object) -> M:
    row = rows.filter(**lookup).first()
    if row is None:
        raise Http404(_("There is no such thing here."))
    return row
