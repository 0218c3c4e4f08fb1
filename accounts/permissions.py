"""The one permission table: who may do what. Scope (which rows) is a queryset, not listed here.

An action that is not in the table does not exist: asking for it is a programming error, never
a quiet yes or no.
"""

from dataclasses import dataclass
from enum import Enum

from django.contrib.auth.models import AnonymousUser
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from foundation.errors import NotAllowed

ASSISTANT, MANAGER, OFFICER, REVIEWER = Role.ASSISTANT, Role.MANAGER, Role.OFFICER, Role.REVIEWER
BRANCH = frozenset({ASSISTANT, MANAGER})
DESK = frozenset({ASSISTANT, MANAGER, OFFICER})
REGION = frozenset({OFFICER})
EVERYBODY = frozenset({ASSISTANT, MANAGER, OFFICER, REVIEWER})

Actor = User | AnonymousUser


@dataclass(frozen=True)
class Grant:
    """In words for the page that shows the table, and the roles that hold it."""

    words: str | Promise
    roles: frozenset[Role]


class Permission(Enum):
    """Named ``<verb>_<noun>``. Administrators hold all of them."""

    VIEW_BRANCH = Grant(_("see branches and what they have"), EVERYBODY)
    CHANGE_BRANCH = Grant(_("change a branch's register"), frozenset({MANAGER, OFFICER}))
    REPORT_FAULT = Grant(_("report a broken facility"), DESK)
    REPAIR_FAULT = Grant(_("close a facility fault"), frozenset({MANAGER, OFFICER}))
    VIEW_STOCK = Grant(_("see care-kit stock"), DESK)
    MOVE_STOCK = Grant(_("receive and hand out care kits"), BRANCH)
    GRANT_STOCK = Grant(_("grant and send what branches ask for"), REGION)
    VIEW_STAFF = Grant(_("see staff and rosters"), DESK)
    CHANGE_ROSTER = Grant(_("change rosters and grant leave"), frozenset({MANAGER, OFFICER}))
    VIEW_CUSTOMER = Grant(_("see customers, masked"), DESK)
    CHANGE_CUSTOMER = Grant(_("register and change customers"), BRANCH)
    REVEAL_CUSTOMER = Grant(_("see a phone or address in full, on record"), BRANCH)
    EXPORT_CUSTOMER = Grant(_("hand out all that is held on a customer"), frozenset({MANAGER}))
    ASK_ERASURE = Grant(_("ask that a customer be forgotten"), frozenset({MANAGER}))
    ERASE_CUSTOMER = Grant(_("let a customer be forgotten"), REGION)
    VIEW_REVEALS = Grant(_("see who has read what in full"), frozenset({MANAGER, OFFICER}))
    VIEW_SERVICE = Grant(_("see the service catalogue"), EVERYBODY)
    CHANGE_SERVICE = Grant(_("write drafts of services"), frozenset({OFFICER}))
    REVIEW_SERVICE = Grant(_("review services before customers see them"), frozenset({REVIEWER}))
    VIEW_ESCORT = Grant(_("see the lobby board"), DESK)
    RUN_ESCORT = Grant(_("log arrivals and escort customers"), BRANCH)
    VIEW_VISIT = Grant(_("see home visits"), DESK)
    BOOK_VISIT = Grant(_("book, move and cancel home visits"), BRANCH)
    PLAN_DAY = Grant(_("plan the region's day of home visits"), REGION)
    APPROVE_VISIT = Grant(_("approve or decline home visits"), frozenset({MANAGER}))
    RUN_VISIT = Grant(_("make home visits"), BRANCH)
    VIEW_WORKFLOW = Grant(_("see messages and due steps"), DESK)
    ACT_ON_STEP = Grant(_("do what a due step asks"), BRANCH)
    VIEW_OPERATIONS = Grant(_("see how messages and due steps go, and their texts"), REGION)
    RETRY_MESSAGE = Grant(_("have a failed message sent again"), REGION)
    VIEW_AUDIT = Grant(_("see inspections, findings and improvements"), EVERYBODY)
    PUBLISH_STANDARD = Grant(_("publish a version of the standard"), frozenset({OFFICER}))
    PLAN_INSPECTION = Grant(_("plan inspections"), frozenset({OFFICER}))
    INSPECT_BRANCH = Grant(_("inspect branches"), frozenset({OFFICER, REVIEWER}))
    SELF_CHECK = Grant(_("check one's own branch"), frozenset({MANAGER}))
    RAISE_FINDING = Grant(_("put a complaint on the list"), frozenset({MANAGER, OFFICER}))
    IMPROVE_FINDING = Grant(_("analyse findings and set measures"), frozenset({MANAGER, OFFICER}))
    FIX_FINDING = Grant(_("report a finding as fixed"), BRANCH)
    RECHECK_FINDING = Grant(_("re-check and close findings"), frozenset({OFFICER, REVIEWER}))
    EXTEND_DEADLINE = Grant(_("extend the deadline of a finding"), frozenset({OFFICER}))
    SUSPEND_BRANCH = Grant(_("suspend a demonstration branch"), frozenset({OFFICER}))
    VIEW_FIGURES = Grant(_("see the region's figures"), frozenset({OFFICER, REVIEWER}))

    @property
    def words(self) -> str | Promise:
        return self.value.words

    @property
    def roles(self) -> frozenset[Role]:
        return self.value.roles


def may(user: Actor, permission: Permission) -> bool:
    """Whether this person's role holds the permission. Says nothing about which rows."""
    if not isinstance(user, User) or not user.is_active:
        return False
    if user.role == Role.ADMINISTRATOR:
        return True
    return Role(user.role) in permission.roles


def require(user: Actor, permission: Permission) -> None:
    """Refuse whoever may not.

    Raises:
        NotAllowed: the role does not hold the permission.
    """
    if not may(user, permission):
        raise NotAllowed(data={"permission": permission.name.lower()})
