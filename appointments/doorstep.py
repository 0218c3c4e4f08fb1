"""What the team must know at the door and nobody else: the door itself, the phone, and our code."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import Permission, may, require
from appointments.models import HomeVisit
from appointments.states import LIVE, VisitStatus
from eldercare.reveals import reveal_address, reveal_phone
from foundation.errors import DomainError, ErrorCode, NotAllowed
from foundation.locks import locking


@dataclass(frozen=True)
class Doorstep:
    """``staff_code`` is what the team says first, so that the customer knows them."""

    address: str
    phone: str
    staff_code: str


class VisitOver(DomainError):
    code = ErrorCode.MOVE_REFUSED
    http_status = 409
    default_message = gettext_lazy("This visit has ended; its details are closed again.")


def may_see_door(visit: HomeVisit, user: User) -> bool:
    """The two who go, and whoever answers for the visit."""
    if may(user, Permission.APPROVE_VISIT):
        return True
    return any(member.staff.user_id == user.pk for member in visit.team.all())


def see_door(*, visit: HomeVisit, actor: User) -> Doorstep:
    """Address, phone and the code that we say, in full; the reading is on record first.

    Raises:
        NotAllowed: neither of the team nor the branch manager, or a role that may see no details.
        VisitOver: the visit has ended.
    """
    require(actor, Permission.REVEAL_CUSTOMER)
    if not may_see_door(visit, actor):
        raise NotAllowed(_("Only the two who go and the branch manager see this."))
    if VisitStatus(visit.status) not in LIVE:
        raise VisitOver
    with locking():
        return Doorstep(
            address=reveal_address(customer=visit.customer, why=visit.subject, actor=actor),
            phone=reveal_phone(customer=visit.customer, why=visit.subject, actor=actor),
            staff_code=visit.staff_code,
        )
