"""One shape for every refusal: a code for machines, a sentence for people, the fields at fault.

Rules raise a subclass of :class:`DomainError`; the pages and the API each have a single place that
turns it into an answer, so no view builds an error by hand.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class ErrorCode(StrEnum):
    """Every error the system can answer with. Never rename one: clients and reports hold them."""

    INVALID_INPUT = "invalid_input"
    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    NOT_SIGNED_IN = "not_signed_in"
    MOVE_REFUSED = "move_refused"
    BUSY = "busy"
    RATE_LIMITED = "rate_limited"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    NOT_JSON = "not_json"
    STALE = "stale"
    SERVER_ERROR = "server_error"

    CODE_WRONG = "code_wrong"
    CODE_EXPIRED = "code_expired"
    CODE_LOCKED = "code_locked"

    STAFF_BUSY = "staff_busy"
    STAFF_NOT_ON_DUTY = "staff_not_on_duty"
    STOCK_SHORT = "stock_short"
    STILL_LENT = "still_lent"
    FAULT_ALREADY_OPEN = "fault_already_open"

    CONSENT_MISSING = "consent_missing"
    CUSTOMER_UNPLACED = "customer_unplaced"
    SERVICE_NOT_REVIEWED = "service_not_reviewed"
    SERVICE_NOT_AT_HOME = "service_not_at_home"
    SAME_REVIEWER = "same_reviewer"

    WINDOW_TAKEN = "window_taken"
    NOT_ELIGIBLE = "not_eligible"
    ALREADY_BOOKED = "already_booked"
    ALREADY_REGISTERED = "already_registered"
    WINDOW_NOT_OFFERED = "window_not_offered"
    TOO_EARLY = "too_early"
    DOOR_CODE_WRONG = "door_code_wrong"
    DOOR_CODE_LOCKED = "door_code_locked"


class DomainError(Exception):
    """A rule says no. Carries what the caller needs in order to do better.

    ``message`` is shown to the person as it stands, so it says what to do next. ``fields`` maps the
    name of an input to its own sentence. ``data`` is for machines (other windows, the new time).
    """

    code: ErrorCode = ErrorCode.INVALID_INPUT
    http_status: int = 400
    default_message: Words = _("Something in the form needs another look.")

    def __init__(
        self,
        message: Words | None = None,
        *,
        code: ErrorCode | None = None,
        fields: Mapping[str, Words] | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self.message: Words = message if message is not None else self.default_message
        self.code = code if code is not None else type(self).code
        self.fields: dict[str, Words] = dict(fields or {})
        self.data: dict[str, Any] = dict(data or {})
        super().__init__(self.code.value)

    def as_dict(self) -> dict[str, Any]:
        """The one shape of an error, for the API and for logs: no personal data besides words."""
        return {
            "code": self.code.value,
            "message": str(self.message),
            "fields": {name: str(words) for name, words in self.fields.items()},
            "data": self.data,
        }


class InvalidInput(DomainError):
    """What was typed cannot be used as it is."""


class NotAllowed(DomainError):
    """In scope, but this role may not do it."""

    code = ErrorCode.NOT_ALLOWED
    http_status = 403
    default_message = _("Your role does not allow this. Please ask your branch manager.")


class MoveRefused(DomainError):
    """The row is not in a state from which this move is allowed: somebody was quicker, perhaps."""

    code = ErrorCode.MOVE_REFUSED
    http_status = 409
    default_message = _("This has changed in the meantime. Please look at it again.")


class Busy(DomainError):
    """A lock could not be had in time."""

    code = ErrorCode.BUSY
    http_status = 503
    default_message = _("Very many people are booking right now. Please try once more.")
