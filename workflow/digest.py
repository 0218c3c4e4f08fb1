"""Never two messages where one will do: what is due for one phone about now goes out as one text.

The first to be claimed leads; the others follow it (``Message.sent_with``) from then on, for ever:
they are written down in the transaction of the claim, so a second try, after a crash or a gateway
that said yes to nobody, sends the same words under the same key. Only what was never tried by
itself may join, and only a lead on its first try may gather: a gateway that has accepted a key
knows what it accepted.
"""

import json
from datetime import datetime, timedelta

from workflow import texts
from workflow.channels import Filled, takes_several
from workflow.locks import companions_locked
from workflow.models import Message

SPAN = timedelta(minutes=10)
MOST = 3


def gather(lead: Message, now: datetime) -> None:
    """Take along what is due soon for the same phone. In the claim's transaction."""
    if not lead.may_wait or lead.tries or not takes_several(lead.channel):
        return
    joining = companions_locked(lead, now + SPAN, MOST - 1)
    Message.objects.filter(pk__in=[one.pk for one in joining]).update(sent_with=lead)


def mirror(lead: Message) -> None:
    """What becomes of the lead becomes of those that it carries. In the same transaction."""
    Message.objects.filter(sent_with=lead).update(
        status=lead.status,
        in_flight_since=lead.in_flight_since,
        delivered_at=lead.delivered_at,
        next_try_at=lead.next_try_at,
        failure=lead.failure,
    )


def body(lead: Message) -> str:
    """The words that go out: the lead's, and those of its followers in the order they came."""
    return "\n".join(one.body for one in _together(lead))


def filled(lead: Message) -> Filled:
    """The approved template that goes out: the lead's own, or the one for several texts."""
    together = _together(lead)
    if len(together) == 1:
        facts = json.loads(lead.facts) if lead.facts else {}
        return Filled(lead.template, lead.template_version, lead.language, facts)
    digest = texts.current("digest")
    return Filled(digest.code, digest.version, lead.language, {"texts": body(lead)})


def _together(lead: Message) -> list[Message]:
    return [lead, *Message.objects.filter(sent_with=lead).order_by("queued_at", "pk")]
