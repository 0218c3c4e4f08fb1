"""More of the catalogue: what banks were seen to do at homes, and what stays in the branch.

At home in published cases: card and account business, papers, authorisations; never cash, never a
sale (DOMAIN §4). Minutes, limits and papers are believable and no bank's own rules.
"""

from typing import Final

from accounts.models import User
from eldercare import catalogue, review
from eldercare.catalogue import Content
from eldercare.models import Service, ServiceVersion
from eldercare.models.service import Risk

_ID_ZH, _ID_EN = "本人身份证", "your identity card"
_CARD_ZH, _CARD_EN = "银行卡", "your bank card"

MORE: Final[dict[str, Content]] = {
    "card-replacement": Content(
        name_zh="换卡",
        name_en="card replacement",
        minutes=40,
        prepare_zh=f"{_ID_ZH}\n旧{_CARD_ZH}",
        prepare_en=f"{_ID_EN}\nyour old bank card",
        limits_zh="每次一张卡",
        limits_en="one card at a time",
        at_home=True,
        risk=Risk.HIGH,
        must_record=True,
    ),
    "identity-update": Content(
        name_zh="身份证信息更新",
        name_en="update of identity papers",
        minutes=20,
        prepare_zh=f"新的{_ID_ZH}",
        prepare_en="your new identity card",
        at_home=True,
    ),
    "dormant-account": Content(
        name_zh="睡眠账户激活",
        name_en="waking a dormant account",
        minutes=30,
        prepare_zh=f"{_ID_ZH}\n{_CARD_ZH}或存折",
        prepare_en=f"{_ID_EN}\nyour bank card or passbook",
        at_home=True,
        risk=Risk.HIGH,
        must_record=True,
    ),
    "authorisation": Content(
        name_zh="签署授权委托书",
        name_en="signing an authorisation",
        minutes=40,
        prepare_zh=f"{_ID_ZH}\n代办人身份证",
        prepare_en=f"{_ID_EN}\nyour representative's identity card",
        limits_zh="写明代办人、事项、范围和期限",
        limits_en="names the agent, the matter, the scope and the period",
        at_home=True,
        risk=Risk.HIGH,
        must_record=True,
    ),
    "large-sum": Content(
        name_zh="大额取款预约",
        name_en="appointment for a large sum",
        minutes=15,
        prepare_zh=f"{_ID_ZH}\n{_CARD_ZH}或存折",
        prepare_en=f"{_ID_EN}\nyour bank card or passbook",
        limits_zh="只办预约，现金在网点领取",
        limits_en="the appointment only: cash is paid out in the branch",
        at_home=True,
    ),
    "certificate": Content(
        name_zh="存单业务",
        name_en="certificates of deposit",
        minutes=30,
        prepare_zh=f"{_ID_ZH}\n存单",
        prepare_en=f"{_ID_EN}\nyour certificate of deposit",
        moves_cash=True,
    ),
    "product": Content(
        name_zh="产品说明",
        name_en="explanation of a product",
        minutes=40,
        prepare_zh=_ID_ZH,
        prepare_en=_ID_EN,
        limits_zh="不当场签约，回家想一想",
        limits_en="nothing is signed on the spot: sleep on it",
        sells=True,
        must_record=True,
        risk=Risk.HIGH,
    ),
}


def more_services(author: User, inner: User, centre: User) -> list[ServiceVersion]:
    """Those that are missing, each drafted and let through by two reviewers as in daily use."""
    known = set(Service.objects.values_list("code", flat=True))
    return [
        _let_through(
            catalogue.draft_service(code=code, content=content, actor=author), inner, centre
        )
        for code, content in MORE.items()
        if code not in known
    ]


def _let_through(version: ServiceVersion, inner: User, centre: User) -> ServiceVersion:
    review.submit(version=version, actor=version.author)
    review.pass_inner_review(version=version, actor=inner)
    return review.approve(version=version, actor=centre)
