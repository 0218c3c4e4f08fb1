"""The sheets that can be imported: their columns, and how a row becomes a row of the register."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission
from branches.facilities import FaultStillOpen
from branches.models import (
    Branch,
    Facility,
    FacilityEvent,
    FacilityFault,
    FacilityType,
    Staff,
)
from branches.models.facility import FacilityState
from branches.models.hours import OpeningHours, Weekday
from branches.promises import promised_by
from branches.queries import Duty, Span
from branches.roster import HORIZON, set_shifts
from branches.spreadsheets.columns import (
    CellFault,
    Column,
    clock_time,
    day,
    one_of,
    text,
    whole,
    yes_no,
)
from foundation import clock

WEEKDAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
Values = Mapping[str, Any]


class Sheet(ABC):
    """One sheet for one importer: what they may name is read when it is made, in few queries."""

    name: str
    title: str
    permission: Permission

    def __init__(self, user: User) -> None:
        self.user = user
        rows = Branch.objects.for_user(user, self.permission).filter(is_active=True)
        self.branches = {branch.code: branch for branch in rows}

    @abstractmethod
    def columns(self) -> Sequence[Column]: ...

    @abstractmethod
    def key(self, values: Values) -> tuple[Any, ...]:
        """What a row is about: two rows about the same are a fault."""

    def check(self, values: Values) -> dict[str, CellFault]:
        """What is wrong with a row whose cells are each right, by column."""
        return {}

    @abstractmethod
    def write(self, rows: Sequence[Values]) -> None:
        """Write all rows, inside the caller's transaction. Written again, nothing doubles."""

    def _branch(self) -> Column:
        known = one_of(self.branches, _("one of your branches"))
        return Column("branch", "网点编号", "branch code", known, "XA-CD")


class FacilitySheet(Sheet):
    name, title = "facilities", "设施"
    permission = Permission.CHANGE_BRANCH

    def __init__(self, user: User) -> None:
        super().__init__(user)
        self.types = {kind.code: kind for kind in FacilityType.objects.all()}
        here = self.branches.values()
        held = Facility.objects.filter(branch__in=here)
        self.states = {(row.branch_id, row.type_id): (row.pk, row.state) for row in held}
        faults = FacilityFault.objects.open().filter(facility__branch__in=here)
        self.broken = set(faults.values_list("facility__branch", "facility__type"))

    def columns(self) -> Sequence[Column]:
        states = {state.value: state for state in FacilityState}
        states |= {"完好": FacilityState.FIT, "需维护": FacilityState.NEEDS_CARE}
        states |= {"停用": FacilityState.OUT_OF_USE, "缺失": FacilityState.MISSING}
        names = {kind.name_zh: kind for kind in self.types.values()}
        return (
            self._branch(),
            Column("type", "设施", "facility", one_of(names | self.types, _("a facility")), "轮椅"),
            Column("quantity", "数量", "quantity", whole(0, 9999), "2"),
            Column("state", "状态", "state", one_of(states, _("a state")), "完好"),
            Column("stands_at", "位置", "where it stands", text(100), "大堂左侧", required=False),
            Column("expires_on", "有效期", "expires on", day, "", required=False),
        )

    def key(self, values: Values) -> tuple[Any, ...]:
        return values["branch"].pk, values["type"].pk

    def check(self, values: Values) -> dict[str, CellFault]:
        if values["state"] == FacilityState.FIT and self.key(values) in self.broken:
            return {"state": CellFault(FaultStillOpen.default_message)}
        return {}

    def write(self, rows: Sequence[Values]) -> None:
        FacilityEvent.objects.bulk_create(
            FacilityEvent(
                facility_id=pk,
                actor=self.user,
                from_status=before,
                to_status=row["state"],
                reason="spreadsheet",
            )
            for row in rows
            for pk, before in [self.states.get(self.key(row), (0, row["state"]))]
            if before != row["state"]
        )
        fields = ("quantity", "state", "stands_at", "expires_on")
        Facility.objects.bulk_create(
            [
                Facility(branch=row["branch"], type=row["type"], **{f: row[f] for f in fields})
                for row in rows
            ],
            batch_size=1000,
            update_conflicts=True,
            unique_fields=["branch", "type"],
            update_fields=fields,
        )


class StaffSheet(Sheet):
    name, title = "staff", "人员"
    permission = Permission.CHANGE_ROSTER

    def __init__(self, user: User) -> None:
        super().__init__(user)
        # Badges are one person's everywhere, so those of other branches count, too.
        self.taken = dict(Staff.objects.values_list("badge", "branch__code"))

    def columns(self) -> Sequence[Column]:
        return (
            Column("badge", "徽章号", "badge", text(20), "XA-CD-001"),
            Column("name", "姓名", "name", text(60), "王静"),
            self._branch(),
            Column("can_handle", "可办理", "may handle", yes_no, "是", required=False),
            Column("can_witness", "可复核", "may witness", yes_no, "是", required=False),
            Column("can_drive", "可驾驶", "may drive", yes_no, "否", required=False),
            Column("badge_valid_until", "徽章有效期", "badge valid until", day, "", required=False),
        )

    def key(self, values: Values) -> tuple[Any, ...]:
        return (values["badge"],)

    def check(self, values: Values) -> dict[str, CellFault]:
        held_in = self.taken.get(values["badge"])
        if held_in is not None and held_in not in self.branches:
            return {"badge": CellFault(_("Somebody in another branch has this badge."))}
        return {}

    def write(self, rows: Sequence[Values]) -> None:
        flags = ("can_handle", "can_witness", "can_drive", "badge_valid_until")
        fields = ("name", "branch", *flags)
        Staff.objects.bulk_create(
            [Staff(badge=row["badge"], **{f: row[f] for f in fields}) for row in rows],
            batch_size=1000,
            update_conflicts=True,
            unique_fields=["badge"],
            update_fields=fields,
        )


class RosterSheet(Sheet):
    name, title = "roster", "排班"
    permission = Permission.CHANGE_ROSTER

    def __init__(self, user: User) -> None:
        super().__init__(user)
        people = Staff.objects.for_user(user, self.permission).active().select_related("branch")
        self.people = {person.badge: person for person in people}
        hours = OpeningHours.objects.filter(branch__in=self.branches.values())
        self.hours = {(row.branch_id, row.weekday): row for row in hours}
        self.promises = _promises_by_weekday(list(self.people.values()))

    def columns(self) -> Sequence[Column]:
        weekdays: dict[str, int] = dict(zip(WEEKDAYS_ZH, Weekday.values, strict=True))
        weekdays |= {str(number): number for number in Weekday.values}
        known = one_of(self.people, _("a badge of your branches"))
        return (
            Column("staff", "徽章号", "badge", known, "XA-CD-001"),
            Column("weekday", "星期", "weekday", one_of(weekdays, _("a weekday")), "周一"),
            Column("starts", "开始", "starts", clock_time, "09:00"),
            Column("ends", "结束", "ends", clock_time, "17:00"),
        )

    def key(self, values: Values) -> tuple[Any, ...]:
        return values["staff"].pk, values["weekday"]

    def check(self, values: Values) -> dict[str, CellFault]:
        hours = self.hours.get((values["staff"].branch_id, values["weekday"]))
        if hours is None:
            return {"weekday": CellFault(_("The branch is closed on this day."))}
        if values["ends"] > hours.closes:
            return {"ends": CellFault(_("The branch has closed by then."))}
        if values["starts"] >= values["ends"]:
            return {"ends": CellFault(_("It must begin before it ends."))}
        return self._broken(values)

    def write(self, rows: Sequence[Values]) -> None:
        set_shifts(
            shifts={(row["staff"], row["weekday"]): (row["starts"], row["ends"]) for row in rows}
        )

    def _broken(self, values: Values) -> dict[str, CellFault]:
        """The promise that these hours would leave outside, at the cell that does it."""
        for start, end in self.promises.get(self.key(values), ()):
            words = _("A promise on %(day)s at %(time)s would lie outside.") % {
                "day": f"{start:%Y-%m-%d}",
                "time": f"{start:%H:%M}",
            }
            if start.time() < values["starts"]:
                return {"starts": CellFault(words)}
            if end.time() > values["ends"]:
                return {"ends": CellFault(words)}
        return {}


def _promises_by_weekday(people: Sequence[Staff]) -> dict[tuple[int, int], list[Span]]:
    """What these people have promised on days that they work by the pattern, by weekday."""
    today = clock.today()
    last = today + HORIZON
    duty, by_pk = Duty(people, today, last), {person.pk: person for person in people}
    found: dict[tuple[int, int], list[Span]] = {}
    for row in promised_by(people):
        start, end = timezone.localtime(row.span.lower), timezone.localtime(row.span.upper)
        person, day = by_pk[row.staff_id], start.date()
        on_duty = duty.span(person, day) if today <= day <= last else None
        outside = on_duty is None or row.span.lower < on_duty[0] or row.span.upper > on_duty[1]
        if not outside and duty.exception(person, day) is None:
            found.setdefault((person.pk, day.isoweekday()), []).append((start, end))
    return found


SHEETS: Mapping[str, type[Sheet]] = {
    sheet.name: sheet for sheet in (FacilitySheet, StaffSheet, RosterSheet)
}
