from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.encryption import EncryptedTextField
from workflow.states import MessageStatus


class Message(models.Model):
    """One text to one phone (通知). The row is the truth; the broker only says "look".

    The address and the text are sealed: a text may hold a door code. ``subject`` names what it is
    about as ``"visit:<public id>"`` and never a person.
    """

    key = models.CharField(_("idempotency key"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=40)
    subject = models.CharField(_("about"), max_length=80, db_index=True)
    branch_code = models.CharField(_("branch"), max_length=20, db_index=True, blank=True)
    channel = models.CharField(_("channel"), max_length=20, default="sms")
    to = EncryptedTextField(_("to"))
    to_index = models.CharField(max_length=64, db_index=True)
    body = EncryptedTextField(_("text"))
    status = models.CharField(
        _("status"), max_length=20, choices=MessageStatus, default=MessageStatus.QUEUED
    )
    queued_at = models.DateTimeField(_("queued"), default=clock.now)
    next_try_at = models.DateTimeField(_("next try"), default=clock.now)
    in_flight_since = models.DateTimeField(_("being sent since"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    failure = models.CharField(_("what went wrong"), max_length=200, blank=True)

    class Meta:
        ordering = ["queued_at", "pk"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=MessageStatus.values), name="message_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status=MessageStatus.IN_FLIGHT) ^ Q(in_flight_since__isnull=True),
                name="message_in_flight_has_since",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="message_to_send",
                condition=Q(status__in=[MessageStatus.QUEUED, MessageStatus.RETRYING]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class DemoDelivery(models.Model):
    """What the demonstration's own SMS gateway has accepted: once per idempotency key."""

    key = models.CharField(max_length=120, unique=True)
    to = EncryptedTextField()
    to_index = models.CharField(max_length=64, db_index=True)
    body = EncryptedTextField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.key
