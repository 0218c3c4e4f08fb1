"""How texts leave the house: signed as the providers want it, and each error of the right sort."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.test import override_settings
from pytest_django import Settings

from tests.workflow.providers import KEY_ID, SECRET, Provider, acs3, serving, tc3
from workflow.channels import Email, Filled, NeverRetry, RetrySlowly, RetrySoon
from workflow.channels.alibaba import Alibaba
from workflow.channels.by_apprise import ByApprise
from workflow.channels.tencent import Tencent

PHONE = "13812345678"
KEY = "visit:1:visit_cancelled:1"
FILLED = Filled(
    "visit_cancelled", 1, "zh-hans", {"when": "11月25日（星期三）9:00至11:00", "phone": "95555"}
)
TEMPLATES = {"visit_cancelled.1.zh-hans": "2433054", "visit_cancelled.1.zh-hans.family": "99"}


def tencent_says(code: str) -> bytes:
    status = {"SerialNo": "1", "PhoneNumber": f"+86{PHONE}", "Fee": 1, "Code": code, "Message": ""}
    return json.dumps({"Response": {"SendStatusSet": [status], "RequestId": "r"}}).encode()


def tencent_refuses(code: str) -> bytes:
    wrong = {"Code": code, "Message": "no"}
    return json.dumps({"Response": {"Error": wrong, "RequestId": "r"}}).encode()


def alibaba_says(code: str) -> bytes:
    return json.dumps({"Code": code, "Message": code, "RequestId": "r", "BizId": "b"}).encode()


@pytest.fixture
def tencent(settings: Settings) -> Iterator[Provider]:
    settings.NUANBAN_SMS_TEMPLATES = TEMPLATES
    refusal = lambda _words: tencent_refuses("AuthFailure.SignatureFailure")  # noqa: E731
    given = Provider(verify=tc3, answer=tencent_says("Ok"), refusal=refusal)
    with serving(given) as provider:
        settings.NUANBAN_TENCENT = {
            "secret_id": KEY_ID,
            "secret_key": SECRET,
            "app_id": "1400",
            "sign_name": "暖伴",
            "region": "ap-guangzhou",
            "endpoint": provider.url,
        }
        yield provider


@pytest.fixture
def alibaba(settings: Settings) -> Iterator[Provider]:
    settings.NUANBAN_SMS_TEMPLATES = TEMPLATES
    refusal = lambda _words: alibaba_says("SignatureDoesNotMatch")  # noqa: E731
    given = Provider(verify=acs3, answer=alibaba_says("OK"), refusal=refusal)
    with serving(given) as provider:
        settings.NUANBAN_ALIBABA = {
            "key_id": KEY_ID,
            "key_secret": SECRET,
            "sign_name": "暖伴",
            "endpoint": provider.url,
        }
        yield provider


def send(channel: Any, filled: Filled = FILLED) -> None:
    channel.send_template(key=KEY, to=PHONE, filled=filled)


def test_tencent_gets_the_template_its_facts_in_order_and_our_key(tencent: Provider) -> None:
    send(Tencent())
    [asked] = tencent.accepted
    assert asked.headers["x-tc-action"] == "SendSms"
    assert asked.json == {
        "PhoneNumberSet": [f"+86{PHONE}"],
        "SmsSdkAppId": "1400",
        "SignName": "暖伴",
        "TemplateId": "2433054",
        "TemplateParamSet": ["11月25日（星期三）9:00至11:00", "95555"],
        "SessionContext": KEY,
    }


def test_alibaba_gets_the_template_its_facts_by_name_and_our_key(alibaba: Provider) -> None:
    send(Alibaba())
    [asked] = alibaba.accepted
    assert asked.headers["x-acs-action"] == "SendSms"
    form = asked.form
    assert json.loads(form.pop("TemplateParam")) == dict(FILLED.facts)
    assert form == {
        "PhoneNumbers": PHONE,
        "SignName": "暖伴",
        "TemplateCode": "2433054",
        "OutId": KEY,
    }


def test_family_gets_a_template_of_its_own_that_begins_with_whom_it_is_about(
    tencent: Provider,
) -> None:
    send(Tencent(), replace(FILLED, facts={**FILLED.facts, "for": "李奶奶"}))
    [asked] = tencent.accepted
    assert asked.json["TemplateId"] == "99"
    assert asked.json["TemplateParamSet"][0] == "李奶奶"


@pytest.mark.parametrize("name", ["tencent", "alibaba"])
def test_a_wrong_secret_is_refused_and_tried_slowly(
    request: pytest.FixtureRequest, settings: Settings, name: str
) -> None:
    provider: Provider = request.getfixturevalue(name)
    settings.NUANBAN_TENCENT = {**settings.NUANBAN_TENCENT, "secret_key": "wrong"}
    settings.NUANBAN_ALIBABA = {**settings.NUANBAN_ALIBABA, "key_secret": "wrong"}
    with pytest.raises(RetrySlowly):
        send({"tencent": Tencent, "alibaba": Alibaba}[name]())
    assert (provider.accepted, provider.refused) == ([], ["forged"])


@pytest.mark.parametrize(
    ("answer", "sort"),
    [
        (tencent_says("LimitExceeded.PhoneNumberThirtySecondLimit"), RetrySoon),
        (tencent_says("LimitExceeded.PhoneNumberDailyLimit"), RetrySlowly),
        (tencent_says("FailedOperation.InsufficientBalanceInSmsPackage"), RetrySlowly),
        (tencent_says("FailedOperation.PhoneNumberInBlacklist"), NeverRetry),
        (tencent_says("InvalidParameterValue.IncorrectPhoneNumber"), NeverRetry),
        (tencent_says("SomethingOf.2030"), RetrySlowly),
        (tencent_refuses("RequestLimitExceeded"), RetrySoon),
        (tencent_refuses("InternalError.Timeout"), RetrySoon),
        (b'{"Response": {"SendStatusSet": [], "RequestId": "r"}}', RetrySlowly),
        (b"<html>the proxy is down</html>", RetrySlowly),
        (b"[]", RetrySlowly),
    ],
)
def test_tencents_errors_are_sorted(
    tencent: Provider, answer: bytes, sort: type[Exception]
) -> None:
    tencent.answer = answer
    with pytest.raises(sort) as caught:
        send(Tencent())
    assert type(caught.value) is sort
    assert PHONE not in str(caught.value)
    assert len(tencent.accepted) == 1


@pytest.mark.parametrize(
    ("status", "answer", "sort"),
    [
        (200, alibaba_says("isp.SYSTEM_ERROR"), RetrySoon),
        (200, alibaba_says("isv.BUSINESS_LIMIT_CONTROL"), RetrySlowly),
        (200, alibaba_says("isv.AMOUNT_NOT_ENOUGH"), RetrySlowly),
        (200, alibaba_says("isv.MOBILE_NUMBER_ILLEGAL"), NeverRetry),
        (200, alibaba_says("isv.of-2030"), RetrySlowly),
        (400, alibaba_says("Throttling.User"), RetrySoon),
        (503, alibaba_says("ServiceUnavailable"), RetrySoon),
        (200, b"<html>the proxy is down</html>", RetrySlowly),
        (200, b"[]", RetrySlowly),
    ],
)
def test_alibabas_errors_are_sorted(
    alibaba: Provider, status: int, answer: bytes, sort: type[Exception]
) -> None:
    alibaba.status, alibaba.answer = status, answer
    with pytest.raises(sort) as caught:
        send(Alibaba())
    assert type(caught.value) is sort
    assert PHONE not in str(caught.value)
    assert len(alibaba.accepted) == 1


@pytest.mark.parametrize("channel", [Tencent, Alibaba])
def test_a_gateway_that_is_gone_is_tried_soon(
    tencent: Provider, alibaba: Provider, settings: Settings, channel: Any
) -> None:
    nowhere = "http://127.0.0.1:1"
    settings.NUANBAN_TENCENT = {**settings.NUANBAN_TENCENT, "endpoint": nowhere}
    settings.NUANBAN_ALIBABA = {**settings.NUANBAN_ALIBABA, "endpoint": nowhere}
    with pytest.raises(RetrySoon):
        send(channel())


@pytest.mark.parametrize("channel", [Tencent, Alibaba])
@pytest.mark.parametrize(
    ("filled", "sort"),
    [
        (replace(FILLED, language="en"), RetrySlowly),
        (replace(FILLED, template="", facts={}), NeverRetry),
        (replace(FILLED, version=99), NeverRetry),
    ],
)
def test_what_has_no_approved_template_is_not_even_asked_for(
    tencent: Provider, alibaba: Provider, channel: Any, filled: Filled, sort: type[Exception]
) -> None:
    with pytest.raises(sort):
        send(channel(), filled)
    assert (tencent.accepted, alibaba.accepted) == ([], [])


class Mailbox:
    """A mail server that takes what it is told to take."""

    def __init__(self) -> None:
        self.got: list[Any] = []
        self.says = "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.says == "250 OK":
            envelope.rcpt_tos.append(address)
        return self.says

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.got.append(envelope)
        return "250 taken"


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.DEFAULT_FROM_EMAIL = "nuanban@bank.example"
    try:
        yield box
    finally:
        controller.stop()


def test_mail_arrives_and_a_second_try_is_known_as_a_twin(mailbox: Mailbox) -> None:
    for _try in range(2):
        Email().send(key=KEY, to="olga@bank.example", body="一切都好")
    first, second = mailbox.got
    assert (first.mail_from, first.rcpt_tos) == ("nuanban@bank.example", ["olga@bank.example"])
    assert b"Message-ID: <visit.1.visit_cancelled.1@bank.example>" in first.content
    assert [line for line in first.content.splitlines() if line.startswith(b"Message-ID")] == [
        line for line in second.content.splitlines() if line.startswith(b"Message-ID")
    ]


@pytest.mark.parametrize(
    ("says", "sort"), [("451 later", RetrySoon), ("550 no such user", NeverRetry)]
)
def test_a_mailbox_that_is_full_or_that_bounces(
    mailbox: Mailbox, says: str, sort: type[Exception]
) -> None:
    mailbox.says = says
    with pytest.raises(sort):
        Email().send(key=KEY, to="olga@bank.example", body="x")
    assert mailbox.got == []


@override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_PORT=1)
def test_a_mail_server_that_is_gone_is_tried_soon_and_a_phone_is_no_address() -> None:
    with pytest.raises(RetrySoon):
        Email().send(key=KEY, to="olga@bank.example", body="x")
    with pytest.raises(NeverRetry):
        Email().send(key=KEY, to=PHONE, body="x")
    assert mail.outbox == []


@pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")  # Apprise looks for it
def test_apprise_hands_over_to_whom_what_and_under_which_key(settings: Settings) -> None:
    with serving(Provider()) as provider:
        address = provider.url.removeprefix("http://")
        settings.NUANBAN_APPRISE_URL = f"json://{address}/send?:phone={{to}}&:key={{key}}"
        ByApprise().send(key=KEY, to=PHONE, body="一切都好")
        [asked] = provider.accepted
        assert asked.json["message"] == "一切都好"
        assert (asked.json["phone"], asked.json["key"]) == (PHONE, KEY)
        provider.status = 500
        with pytest.raises(RetrySoon):
            ByApprise().send(key=KEY, to=PHONE, body="x")
    settings.NUANBAN_APPRISE_URL = "nonsense"
    with pytest.raises(RetrySlowly):
        ByApprise().send(key=KEY, to=PHONE, body="x")


def test_nothing_of_the_sdks_is_loaded_at_the_start() -> None:
    heavy = ("tencentcloud", "alibabacloud_dysmsapi20170525", "darabonba", "aiohttp", "apprise")
    program = (
        "import django; django.setup(); import sys, workflow.channels.tencent, "
        "workflow.channels.alibaba, workflow.channels.by_apprise; "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
