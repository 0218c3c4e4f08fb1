"""SMS by Tencent Cloud, through its SDK (SMS 2021-01-11, signed with TC3-HMAC-SHA256).

Tencent gives our key back in its reports (``SessionContext``) and does not look for twins: when a
worker dies between Tencent's yes and our record, one text may arrive twice.
"""

from typing import Any

from django.conf import settings

from workflow.channels.by_template import SECONDS, in_order, template_id, with_country
from workflow.channels.port import ChannelError, Filled, RetrySlowly, RetrySoon, sort_code

SOON = (
    "InternalError",
    "RequestLimitExceeded",
    "ClientNetworkError",
    "LimitExceeded.PhoneNumberThirtySecondLimit",
    "FailedOperation.FailResolvePacket",
)
NEVER = (
    "InvalidParameterValue.IncorrectPhoneNumber",
    "FailedOperation.PhoneNumberInBlacklist",
    "FailedOperation.ContainSensitiveWord",
    "UnsupportedOperation",
)


class Tencent:
    """Tencent Cloud SMS."""

    def send_template(self, *, key: str, to: str, filled: Filled) -> None:
        """Send one approved template to one phone.

        Raises:
            RetrySoon, RetrySlowly, NeverRetry: as the answer's code says.
        """
        from tencentcloud.common.exception import TencentCloudSDKException
        from tencentcloud.sms.v20210111 import models

        ours = settings.NUANBAN_TENCENT
        request: Any = models.SendSmsRequest()
        request.PhoneNumberSet = [with_country(to)]
        request.SmsSdkAppId = ours["app_id"]
        request.SignName = ours["sign_name"]
        request.TemplateId = template_id(filled)
        request.TemplateParamSet = in_order(filled)
        request.SessionContext = key
        try:
            answer = _client(ours).SendSms(request)
        except TencentCloudSDKException as error:
            raise sort_code(error.get_code() or "", "Tencent", soon=SOON, never=NEVER) from error
        except OSError as error:
            raise RetrySoon(f"Tencent: {type(error).__name__}") from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise RetrySlowly(f"Tencent answers nonsense: {type(error).__name__}") from error
        refusal = _refusal(answer)
        if refusal is not None:
            raise refusal


def _refusal(answer: Any) -> ChannelError | None:
    """Why the one number was not served; None when it was."""
    [status] = answer.SendStatusSet or [None]
    if status is None:
        return RetrySlowly("Tencent answers nonsense: no status")
    if status.Code == "Ok":
        return None
    return sort_code(status.Code or "", "Tencent", soon=SOON, never=NEVER)


def _client(ours: dict[str, str]) -> Any:
    from tencentcloud.common.credential import Credential
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile
    from tencentcloud.sms.v20210111.sms_client import SmsClient

    scheme, _slashes, host = ours["endpoint"].partition("://")
    http = HttpProfile(protocol=scheme, endpoint=host, reqTimeout=SECONDS)
    profile = ClientProfile(signMethod="TC3-HMAC-SHA256", httpProfile=http)
    credential = Credential(ours["secret_id"], ours["secret_key"])
    return SmsClient(credential, ours["region"], profile)
