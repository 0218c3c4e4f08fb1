"""The people of the demonstration, by name, so that README, tour and tests speak of the same."""

from dataclasses import dataclass
from typing import Final

from accounts.roles import Role

# Invented, and good for a demonstration on one's own machine only.
PASSWORD: Final = "nuanban-demo"  # noqa: S105


@dataclass(frozen=True)
class SignIn:
    username: str
    full_name: str
    role: Role


ADMIN: Final = SignIn("admin", "管理员(演示)", Role.ADMINISTRATOR)
OFFICER: Final = SignIn("officer", "方淑仪(演示)", Role.OFFICER)
AUTHOR: Final = SignIn("author", "罗文(演示)", Role.OFFICER)
REVIEWER: Final = SignIn("reviewer", "内审员严谨(演示)", Role.REVIEWER)
CENTRE: Final = SignIn("centre", "消保中心宋平(演示)", Role.REVIEWER)
MANAGER: Final = SignIn("manager", "城东网点负责人何敏(演示)", Role.MANAGER)
ASSISTANT: Final = SignIn("assistant", "城东爱心助老员王婷(演示)", Role.ASSISTANT)

EVERYBODY: Final = (ADMIN, OFFICER, AUTHOR, REVIEWER, CENTRE, MANAGER, ASSISTANT)
SHOWN: Final = (ASSISTANT, MANAGER, OFFICER, REVIEWER, ADMIN)

HOME_BRANCH: Final = "XA-CD"
GRANDMOTHER_NAME: Final = "李桂兰(演示)"
GRANDMOTHER_PHONE: Final = "13800000001"
DAUGHTER_NAME: Final = "陈静(演示)"
DAUGHTER_PHONE: Final = "13800000002"
# A service of low risk, which is let through by rule: so a visit is promised at once.
SERVICE: Final = "密码重置"
