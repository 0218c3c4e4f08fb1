from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.encryption import EncryptedTextField
from foundation.models import Event
from workflow.states import MessageStatus

# How often a message is tried before a person is asked to phone.
TRIES = 6


class Message(models.Model):
    """One text to one phone (通知). The row is the truth; the broker only says "look".

    The address and the text are sealed: a text may hold a door code. ``subject`` names what it is
    about as ``"visit:<public id>"`` and never a person. ``template`` and its version say from which
    text it was made, ``facts`` with what; a text without a template has neither.

    A message that went out within another one (``sent_with``) shares that one's fate.
    """

    key = models.CharField(_("idempotency key"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=40)
    subject = models.CharField(_("about"), max_length=80, db_index=True)
    branch_code = models.CharField(_("branch"), max_length=20, db_index=True, blank=True)
    channel = models.CharField(_("channel"), max_length=20, default="sms")
    to = EncryptedTextField(_("to"))
    to_index = models.CharField(max_length=64, db_index=True)
    body = EncryptedTextField(_("text"))
    template = models.CharField(_("template"), max_length=40, blank=True)
    template_version = models.PositiveSmallIntegerField(_("version of the template"), default=0)
    language = models.CharField(_("language"), max_length=10, blank=True)
    facts = EncryptedTextField(blank=True)
    may_wait = models.BooleanField(_("may wait"), default=False)
    sent_with = models.ForeignKey(
        "self",
        verbose_name=_("sent within"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="followers",
    )
    status = models.CharField(
        _("status"), max_length=20, choices=MessageStatus, default=MessageStatus.QUEUED
    )
    queued_at = models.DateTimeField(_("queued"), default=clock.now)
    next_try_at = models.DateTimeField(_("next try"), default=clock.now)
    in_flight_since = models.DateTimeField(_("being sent since"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    tries_allowed = models.PositiveSmallIntegerField(default=TRIES)
    acknowledged_at = models.DateTimeField(_("told by a person"), null=True, blank=True)
    forgotten_at = models.DateTimeField(_("text deleted"), null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(sent_with__isnull=True) | Q(tries=0),
                name="message_sent_alone_or_within",
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at__isnull=True) | Q(to_index=""),
                name="message_forgotten_is_empty",
            ),
        ]
        indexes = [
            # In the order in which they are claimed: ten thousand may be due at one moment.
            models.Index(
                fields=["next_try_at", "id"],
                name="message_to_send",
                condition=Q(status__in=[MessageStatus.QUEUED, MessageStatus.RETRYING]),
            ),
            models.Index(
                fields=["queued_at"],
                name="message_failed",
                condition=Q(status=MessageStatus.FAILED),
            ),
            models.Index(
                fields=["queued_at"],
                name="message_to_forget",
                condition=Q(forgotten_at__isnull=True),
            ),
            models.Index(fields=["delivered_at"], name="message_delivered"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class MessageEvent(Event):
    """Somebody had a message tried again."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="events")


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
