"""Texts and numbers are kept as long as somebody may ask about them, and not a day longer.

PIPL art. 19 and 47: the row stays, as proof that a message went out and when; whom it went to and
what it said are deleted after ``NUANBAN_MESSAGE_DAYS`` days.
"""

from datetime import datetime, timedelta

from django.conf import settings

from foundation import clock
from foundation.locks import locking
from workflow.locks import old_messages_locked
from workflow.models import DemoDelivery, Message

BATCH = 500


def forget_old_texts() -> int:
    """Delete the number and the words of what has ended long ago; how many rows.

    A message that somebody still is to read out by phone keeps them.
    """
    before = clock.now() - timedelta(days=settings.NUANBAN_MESSAGE_DAYS)
    DemoDelivery.objects.filter(at__lt=before).delete()
    total = 0
    while forgotten := _forget_batch(before):
        total += forgotten
    return total


def _forget_batch(before: datetime) -> int:
    with locking():
        rows = old_messages_locked(before, BATCH)
        return Message.objects.filter(pk__in=[row.pk for row in rows]).update(
            to="", to_index="", body="", facts="", forgotten_at=clock.now()
        )
