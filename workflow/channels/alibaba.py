"""SMS by Alibaba Cloud, through its SDK (Dysmsapi 2017-05-25, signed with ACS3-HMAC-SHA256).

Alibaba gives our key back in its reports (``OutId``) and does not look for twins: when a worker
dies between Alibaba's yes and our record, one text may arrive twice.
"""

import json
from typing import Any

from django.conf import settings

from workflow.channels.by_template import SECONDS, template_id
from workflow.channels.port import Filled, RetrySlowly, RetrySoon, sort_code

SOON = ("Throttling", "isp.", "ServiceUnavailable", "InternalError")
NEVER = (
    "isv.MOBILE_NUMBER_ILLEGAL",
    "isv.MOBILE_COUNT_OVER_LIMIT",
    "isv.BLACK_KEY_CONTROL_LIMIT",
    "isv.PARAM_LENGTH_LIMIT",
)


class Alibaba:
    """Alibaba Cloud SMS."""

    def send_template(self, *, key: str, to: str, filled: Filled) -> None:
        """Send one approved template to one phone.

        Raises:
            RetrySoon, RetrySlowly, NeverRetry: as the answer's code says.
        """
        from alibabacloud_dysmsapi20170525.models import SendSmsRequest
        from darabonba.runtime import RuntimeOptions

        ours = settings.NUANBAN_ALIBABA
        request = SendSmsRequest(
            phone_numbers=to.removeprefix("+86"),
            sign_name=ours["sign_name"],
            template_code=template_id(filled),
            template_param=json.dumps(dict(filled.facts), ensure_ascii=False),
            out_id=key,
        )
        milliseconds = SECONDS * 1000
        runtime = RuntimeOptions(
            autoretry=False, connect_timeout=milliseconds, read_timeout=milliseconds
        )
        try:
            answer = _client(ours).send_sms_with_options(request, runtime)
        except Exception as error:  # noqa: BLE001  # each is sorted below
            raise _sorted(error) from None  # the SDK's own words hold the number
        code = str(getattr(answer.body, "code", "") or "")
        if code != "OK":
            raise sort_code(code, "Alibaba", soon=SOON, never=NEVER)


def _sorted(error: Exception) -> Exception:
    """The channel's error for the SDK's."""
    from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
    from darabonba.exceptions import UnretryableException

    if isinstance(error, AlibabaCloudException):
        return sort_code(error.code or "", "Alibaba", soon=SOON, never=NEVER)
    if isinstance(error, UnretryableException):
        inner = error.inner_exception
        # A plain RuntimeError is the SDK's for an answer that is no JSON.
        error = inner if isinstance(inner, RuntimeError) else OSError()
    if isinstance(error, OSError):
        return RetrySoon("Alibaba: no answer")
    return RetrySlowly(f"Alibaba answers nonsense: {type(error).__name__}")


def _client(ours: dict[str, str]) -> Any:
    from alibabacloud_dysmsapi20170525.client import Client
    from alibabacloud_tea_openapi.models import Config

    scheme, _slashes, host = ours["endpoint"].partition("://")
    return Client(
        Config(
            access_key_id=ours["key_id"],
            access_key_secret=ours["key_secret"],
            endpoint=host,
            protocol=scheme,
        )
    )
