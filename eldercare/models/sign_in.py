import uuid

from django.db import models

from foundation import clock


class SignInCode(models.Model):
    """A code sent to a phone (验证码). Only its hash is kept; it lives five minutes and five tries.

    A row exists for unknown phones too, so that neither the answer nor its timing tells a stranger
    who is a customer.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    phone_index = models.CharField(max_length=64, db_index=True)
    code_hash = models.CharField(max_length=128)
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return str(self.public_id)
