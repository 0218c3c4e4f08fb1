"""Being forgotten takes two: the branch manager asks on the customer's word, the region decides.

The peers differ: in banks that publish their procedure the branch takes the wish down and the
consumer-protection department decides, because the law that keeps (反洗钱法 art. 34) and the law
that erases (PIPL art. 47) both apply, and because what is erased does not come back.
"""

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Actor, Permission, require
from eldercare.locks import erasure_locked
from eldercare.models import Customer, CustomerEvent, ErasureRequest
from eldercare.models.erasure import ErasureRequestQuerySet
from eldercare.privacy import erase_customer
from eldercare.review import SameReviewer
from eldercare.states import ERASURE_MOVES, ErasureStatus
from foundation import clock
from foundation.errors import InvalidInput, MoveRefused
from foundation.locks import locking, sharing


def ask(*, customer: Customer, why: str, actor: User) -> ErasureRequest:
    """Take the wish down; nothing is erased yet.

    Raises:
        NotAllowed: the role may not ask for it.
        InvalidInput: no reason, or they are forgotten already.
        MoveRefused: a request of this customer waits already.
    """
    require(actor, Permission.ASK_ERASURE)
    _check_words(why)
    if customer.erased_at is not None:
        raise InvalidInput(_("This customer has been forgotten already."))
    try:
        with locking():
            row = ErasureRequest.objects.create(customer=customer, why=why.strip(), asked_by=actor)
            CustomerEvent.objects.create(
                customer=customer, actor=actor, to_status="erasure_asked", reason=why.strip()
            )
    except IntegrityError as error:
        raise MoveRefused(_("Somebody has asked for this already.")) from error
    return row


def allow(*, request: ErasureRequest, actor: User) -> ErasureRequest:
    """The second person lets it happen: names, phones and places are gone, what happened stays.

    Raises:
        NotAllowed: the role may not decide.
        SameReviewer: whoever asked does not decide.
        StillPromised: something is booked; nothing is changed and the request goes on waiting.
        MoveRefused: it has been decided already.
    """
    require(actor, Permission.ERASE_CUSTOMER)
    with sharing():
        row = _decide(request, ErasureStatus.DONE, actor, "")
        erase_customer(customer=row.customer, why=row.why, actor=actor)
        # Why somebody wanted to go is theirs as well, and goes with them.
        ErasureRequest.objects.filter(customer=row.customer).update(why="***", words="")
    return row


def refuse(*, request: ErasureRequest, words: str, actor: User) -> ErasureRequest:
    """Keep them, and say why: a refusal owes its reason (PIPL art. 50).

    Raises:
        NotAllowed, SameReviewer, MoveRefused.
        InvalidInput: no reason.
    """
    require(actor, Permission.ERASE_CUSTOMER)
    _check_words(words)
    with locking():
        row = _decide(request, ErasureStatus.REFUSED, actor, words.strip())
        CustomerEvent.objects.create(
            customer=row.customer, actor=actor, to_status="erasure_refused", reason=words.strip()
        )
    return row


def requests_in_scope(user: Actor, permission: Permission) -> ErasureRequestQuerySet:
    """Wishes to be forgotten that this person may see, what waits first."""
    rows = ErasureRequest.objects.for_user(user, permission)
    return rows.select_related("customer__branch", "asked_by", "decided_by").order_by(
        "status", "-asked_at"
    )


def _decide(request: ErasureRequest, to: ErasureStatus, actor: User, words: str) -> ErasureRequest:
    row = erasure_locked(request.pk)
    if actor.pk == row.asked_by_id:
        raise SameReviewer
    ERASURE_MOVES.check(row.status, to)
    row.status, row.words = to, words
    row.decided_by, row.decided_at = actor, clock.now()
    row.save(update_fields=["status", "words", "decided_by", "decided_at"])
    return row


def _check_words(words: str) -> None:
    if not words.strip() or len(words.strip()) > 300:
        raise InvalidInput(fields={"why": _("Please say why.")})
