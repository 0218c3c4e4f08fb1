"""E-mail by SMTP, through Django's own backend (``NUANBAN_SMTP_URL``)."""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email
from django.forms import ValidationError

from workflow.channels.port import ChannelError, NeverRetry, RetrySlowly, RetrySoon


class Email:
    """Sends one mail; its ``Message-ID`` is made from the key, by which mail servers know twins."""

    def send(self, *, key: str, to: str, body: str) -> None:
        """Send one mail.

        Raises:
            RetrySoon: the server is away or busy. RetrySlowly: it does not let us in.
            NeverRetry: there is no such address.
        """
        try:
            validate_email(to)
        except ValidationError as error:
            raise NeverRetry("no mail address") from error
        domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
        mail = EmailMessage(
            subject=settings.NUANBAN_MAIL_SUBJECT,
            body=body,
            to=[to],
            headers={"Message-ID": f"<{key.replace(':', '.')}@{domain}>"},
            connection=get_connection(),
        )
        try:
            mail.send()
        except (OSError, smtplib.SMTPException) as error:
            raise _sorted(error) from error


def _sorted(error: Exception) -> ChannelError:
    words = f"mail server: {type(error).__name__}"
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPNotSupportedError):
        return RetrySlowly(words)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _said in error.recipients.values()]
        return _by_code(max(codes), words)
    if isinstance(error, smtplib.SMTPResponseException):
        return _by_code(error.smtp_code, words)
    return RetrySoon(words)


def _by_code(code: int, words: str) -> ChannelError:
    """4xx passes, 5xx stays (RFC 5321, 4.2.1)."""
    said = f"{words} {code}"
    return NeverRetry(said) if code >= 500 else RetrySoon(said)  # as the RFC says
