"""China Merchants Bank, Xi'an Branch, as its published article of 2023-03-15 describes it.

The six demonstration branches and what each branch has are from the article; places are
approximate city coordinates, phone numbers are the bank's public line. People are invented.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True)
class DemoBranch:
    code: str
    name_zh: str
    name_en: str
    address: str
    latitude: float
    longitude: float
    demonstration: bool


@dataclass(frozen=True)
class DemoFacility:
    """``everywhere``: every branch has it; else demonstration branches only."""

    code: str
    name_zh: str
    name_en: str
    everywhere: bool
    quantity: int


@dataclass(frozen=True)
class DemoService:
    code: str
    name_zh: str
    name_en: str
    minutes: int
    at_home: bool
    risk: str
    prepare_zh: str
    prepare_en: str


# The article that names the demonstration branches; when each was granted its sign it does not say.
PUBLISHED_ON: Final = date(2023, 3, 15)

REGION: Final = ("XA", "招商银行西安分行", "China Merchants Bank, Xi'an Branch")

BRANCHES: Final = (
    DemoBranch("XA-CD", "城东支行", "Chengdong Branch", "西安市城东", 34.2655, 108.9890, True),
    DemoBranch(
        "XA-GX",
        "高新技术开发区支行",
        "High-tech Zone Branch",
        "西安市高新技术开发区",
        34.2330,
        108.8940,
        True,
    ),
    DemoBranch(
        "XA-CA",
        "长安国色天香支行",
        "Chang'an Guose Tianxiang Branch",
        "西安市长安区",
        34.1580,
        108.9070,
        True,
    ),
    DemoBranch(
        "XA-YL",
        "榆林分行营业部",
        "Yulin Branch Business Department",
        "榆林市",
        38.2852,
        109.7346,
        True,
    ),
    DemoBranch(
        "XA-BJ",
        "宝鸡分行营业部",
        "Baoji Branch Business Department",
        "宝鸡市",
        34.3619,
        107.2373,
        True,
    ),
    DemoBranch(
        "XA-XY",
        "咸阳分行营业部",
        "Xianyang Branch Business Department",
        "咸阳市",
        34.3296,
        108.7089,
        True,
    ),
    DemoBranch("XA-ZL", "钟楼支行", "Bell Tower Branch", "西安市钟楼旁", 34.2610, 108.9423, False),
    DemoBranch("XA-QJ", "曲江支行", "Qujiang Branch", "西安市曲江新区", 34.2010, 108.9930, False),
)

# What an assistant goes through with somebody, after the eight steps that a bank in Pingliang
# published in 2023 (DOMAIN §5).
STEPS_ZH: Final = (
    "问清要办什么\n取号\n陪同等候\n一起填单\n一起用机器\n陪到窗口\n讲两遍要点和风险\n请客户复述一遍"
)
STEPS_EN: Final = (
    "ask what is wanted\ntake a number\nwait together\nfill in the form together\n"
    "use the machine together\ngo to the window together\nexplain the points and risks twice\n"
    "ask them to say it back"
)

FACILITIES: Final = (
    DemoFacility("love-seat", "爱心专座(带靠背)", "love seats with backrest", True, 4),
    DemoFacility("love-window", "爱心窗口", "love window", True, 1),
    DemoFacility("reading-glasses", "老花镜", "reading glasses", True, 3),
    DemoFacility("magnifier", "放大镜", "magnifier", True, 2),
    DemoFacility("first-aid-box", "急救药箱", "first-aid box", False, 1),
    DemoFacility("wheelchair", "轮椅", "wheelchair", False, 2),
    DemoFacility("waiting-area", "老年人等候专区", "elderly waiting area", False, 1),
    DemoFacility("service-window", "老年人服务窗口", "elderly service window", False, 1),
)

CARE_KIT: Final = (
    "care-kit",
    "助老服务爱心包",
    "care kit",
    "口罩、卡套、假币识别紫外灯、橡皮筋、便签本",
    "masks, card sleeves, UV counterfeit torch, rubber bands, note pads",
)

_ID_ZH, _ID_EN = "本人身份证", "your identity card"
_CARD_ZH, _CARD_EN = "银行卡或存折", "your bank card or passbook"

SERVICES: Final = (
    DemoService(
        "password-reset",
        "密码重置",
        "password reset",
        30,
        True,
        "low",
        f"{_ID_ZH}\n{_CARD_ZH}",
        f"{_ID_EN}\n{_CARD_EN}",
    ),
    DemoService(
        "social-security-card",
        "社保卡激活",
        "activation of a social-security card",
        30,
        True,
        "low",
        f"{_ID_ZH}\n社保卡",
        f"{_ID_EN}\nyour social-security card",
    ),
    DemoService(
        "loss-report",
        "挂失补办",
        "loss report and replacement",
        40,
        True,
        "high",
        f"{_ID_ZH}",
        f"{_ID_EN}",
    ),
    DemoService(
        "elder-mode",
        "手机银行长辈版教学",
        "setting up the elder mode of mobile banking",
        40,
        True,
        "low",
        f"您的手机\n{_CARD_ZH}",
        f"your phone\n{_CARD_EN}",
    ),
    DemoService(
        "pension",
        "养老金查询与领取",
        "pension enquiry",
        20,
        False,
        "low",
        f"{_ID_ZH}\n{_CARD_ZH}",
        f"{_ID_EN}\n{_CARD_EN}",
    ),
    DemoService(
        "cash",
        "存款取款",
        "deposits and withdrawals",
        20,
        False,
        "low",
        f"{_ID_ZH}\n{_CARD_ZH}",
        f"{_ID_EN}\n{_CARD_EN}",
    ),
)

SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN_OLD: Final = (
    "秀英", "桂兰", "玉珍", "淑芳", "凤英", "素珍", "建国", "国强", "德福", "志明",
    "文华", "永福", "春生", "玉兰", "翠花", "长贵",
)  # fmt: skip
GIVEN_YOUNG: Final = (
    "静", "敏", "婷", "磊", "洋", "勇", "艳", "杰", "娟", "涛", "雪", "晨", "欣怡", "子涵",
)  # fmt: skip
