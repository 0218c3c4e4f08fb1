"""What the demonstration's branches hold beyond the article: invented, and good to look at."""

from datetime import timedelta

from accounts.models import User
from branches.kits import FIRST_AID_BOX
from branches.models import Branch, Facility, KitComponent, Skill, Staff, StockItem
from branches.people import renew_badge, set_skills
from branches.stock import CARE_KIT, receive
from branches.supplies import set_reorder_level
from foundation import clock

REORDER_AT = 10
SKILLS = (
    (Skill.SHAANXI, Skill.FIRST_AID),
    (Skill.SMART_DEVICES, Skill.SHAANXI),
    (Skill.SIGN_LANGUAGE,),
    (Skill.CANTONESE, Skill.SMART_DEVICES),
)
# Days until what is in the first-aid box expires: one thing soon, the rest later.
EXPIRES_IN = (45, 200, 400, 600)


def load(branch: Branch, actor: User) -> None:
    """A first-aid box with dates, a reorder level, badges and skills."""
    today = clock.today()
    if branch.facilities.filter(type__code=FIRST_AID_BOX).exists():
        parts = KitComponent.objects.filter(kit__code=FIRST_AID_BOX).select_related("item")
        for number, part in enumerate(parts):
            days = timedelta(days=EXPIRES_IN[number % len(EXPIRES_IN)])
            receive(
                key=f"opening:{branch.code}:{part.item.code}",
                branch=branch,
                item=part.item,
                quantity=part.quantity,
                actor=actor,
                expires_on=today + days if part.item.has_expiry else None,
            )
    for number, person in enumerate(Staff.objects.filter(branch=branch).order_by("badge")):
        set_skills(staff=person, skills=SKILLS[number % len(SKILLS)])
        renew_badge(staff=person, valid_until=today + timedelta(days=365))
    Facility.objects.filter(branch=branch).update(last_seen_at=clock.now(), last_seen_by=actor)
    # Last, for it is the mark that this branch is done.
    kit = StockItem.objects.get(code=CARE_KIT)
    set_reorder_level(branch=branch, item=kit, level=REORDER_AT)
