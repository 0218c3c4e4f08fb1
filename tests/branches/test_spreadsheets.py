"""Spreadsheets: each cell at fault in words, nothing written before it is confirmed, no doubles."""

import csv
import io
import time
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
import time_machine
from django.utils.translation import override
from openpyxl import Workbook, load_workbook

from branches import catalogue, commitments
from branches.faults import report_fault
from branches.models import CommitmentKind, Facility, FacilityEvent, RosterShift, Staff
from branches.promises import BreaksPromises
from branches.roster import set_shifts
from branches.spreadsheets.exporting import csv_text, rows_of, safe, xlsx
from branches.spreadsheets.importing import FileChanged, Preview, confirm, preview, template
from branches.spreadsheets.reading import SheetRefused
from branches.spreadsheets.sheets import SHEETS
from foundation import clock
from foundation.errors import InvalidInput, NotAllowed
from foundation.locks import locking
from tests.make import MORNING, Town, at, make_town

pytestmark = pytest.mark.django_db

HEADINGS = ("网点编号", "设施", "数量", "状态", "位置", "有效期")


@pytest.fixture
def town() -> Town:
    town = make_town()
    catalogue.load()
    return town


def book(rows: Sequence[Sequence[Any]], title: str = "设施") -> Workbook:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    return made


def saved(made: Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def facilities(town: Town, *rows: Sequence[Any]) -> bytes:
    return saved(book([HEADINGS, *((town.branch.code, *row) for row in rows)]))


def look(town: Town, content: bytes, name: str = "facilities") -> Preview:
    return preview(name=name, content=content, user=town.martha)


def write(town: Town, content: bytes, name: str = "facilities") -> int:
    seen = look(town, content, name)
    return confirm(name=name, content=content, fingerprint=seen.fingerprint, user=town.martha)


def refusal(town: Town, content: bytes) -> str:
    before = Facility.objects.count()
    with override("en"), pytest.raises(SheetRefused) as refused:
        look(town, content)
    assert Facility.objects.count() == before
    with override("en"):
        return str(refused.value.message)


def test_nothing_is_written_before_it_is_confirmed_and_nothing_twice(town: Town) -> None:
    content = facilities(
        town, ["轮椅", 5, "需维护", "门口", ""], ["aed", "1", "fit", "", date(2027, 5, 1)]
    )
    before = Facility.objects.count()
    seen = look(town, content)
    assert (seen.can_be_confirmed, len(seen.rows), Facility.objects.count()) == (True, 2, before)
    assert write(town, content) == write(town, content) == 2
    assert Facility.objects.count() == before + 1
    chair = Facility.objects.get(branch=town.branch, type__code="wheelchair")
    assert (chair.quantity, chair.state, chair.stands_at) == (5, "needs_care", "门口")
    assert Facility.objects.get(type__code="aed").expires_on == date(2027, 5, 1)
    event = FacilityEvent.objects.get()
    assert (event.facility, event.to_status, event.actor) == (chair, "needs_care", town.martha)


def test_broken_thing_is_not_declared_fit_by_a_file(town: Town) -> None:
    chair = Facility.objects.get(branch=town.branch, type__code="wheelchair")
    report_fault(facility=chair, words="brake", actor=town.alice)
    seen = look(town, facilities(town, ["轮椅", 2, "完好", "", ""]))
    assert [(fault.row, fault.column) for fault in seen.faults] == [(2, "状态")]


def test_each_cell_at_fault_is_told_in_words_and_nothing_is_written(town: Town) -> None:
    made = book(
        [
            HEADINGS,
            (town.branch.code, "轮椅", -1, "完好", "", ""),
            (),
            (town.gaoxin.code, "飞船", 1, "", "x" * 101, "明天"),
            (town.branch.code, "雨伞", 1, "完好", "", ""),
            (town.branch.code, "umbrella", 2, "完好", "", ""),
        ]
    )
    content = saved(made)
    seen = look(town, content)
    assert [(fault.row, fault.column) for fault in seen.faults] == [
        (2, "数量"),
        *((4, column) for column in HEADINGS if column != "数量"),
        (6, "网点编号"),
    ]
    assert town.gaoxin.code in str(seen.faults[1].words)
    with pytest.raises(InvalidInput):
        write(town, content)
    assert not Facility.objects.filter(type__code="umbrella").exists()


def test_another_file_than_was_shown_is_refused(town: Town) -> None:
    shown = look(town, facilities(town, ["轮椅", 5, "完好", "", ""]))
    other = facilities(town, ["轮椅", 9, "完好", "", ""])
    with pytest.raises(FileChanged):
        confirm(name="facilities", content=other, fingerprint=shown.fingerprint, user=town.martha)
    assert Facility.objects.get(branch=town.branch, type__code="wheelchair").quantity == 2


def test_who_may_not_is_refused_before_the_file_is_read(town: Town) -> None:
    with pytest.raises(NotAllowed):
        preview(name="facilities", content=b"", user=town.alice)
    with pytest.raises(InvalidInput):
        preview(name="secrets", content=b"", user=town.martha)


@pytest.mark.parametrize("name", list(SHEETS))
def test_template_has_the_headings_that_are_read(town: Town, name: str) -> None:
    content = template(name, town.martha)
    seen = look(town, content, name)
    assert len(seen.headings) == len(SHEETS[name](town.martha).columns())
    assert all(fault.row == 2 for fault in seen.faults)


def test_people_come_in_without_doubles_and_never_from_another_branch(town: Town) -> None:
    headings = ("徽章号", "姓名", "网点编号", "可办理", "可复核", "可驾驶", "徽章有效期")
    own, other = town.team[0], Staff.objects.create(branch=town.gaoxin, name="x", badge="GX-9")
    rows = [
        headings,
        (own.badge, "王静", town.branch.code, "是", "否", "是", "2027-01-31"),
        ("NEW-1", "李敏", town.branch.code, "", "是", "", ""),
    ]
    content = saved(book(rows, "人员"))
    assert write(town, content, "staff") == write(town, content, "staff") == 2
    own.refresh_from_db()
    assert (own.name, own.can_witness, own.can_drive) == ("王静", False, True)
    assert own.badge_valid_until == date(2027, 1, 31)
    assert Staff.objects.filter(badge="NEW-1").count() == 1

    stolen = saved(book([headings, (other.badge, "王静", town.branch.code)], "人员"))
    assert [fault.column for fault in look(town, stolen, "staff").faults] == ["徽章号"]


def test_roster_comes_in_and_beyond_closing_time_does_not(town: Town) -> None:
    headings, badge = ("徽章号", "星期", "开始", "结束"), town.team[0].badge
    good = saved(book([headings, (badge, "周一", "10:00", "16:30")], "排班"))
    assert write(town, good, "roster") == write(town, good, "roster") == 1
    row = RosterShift.objects.since(clock.today()).get(staff=town.team[0], weekday=1)
    assert (row.starts.hour, row.ends.hour, row.ends.minute) == (10, 16, 30)
    bad = [(badge, "周二", "9:00", "17:01"), (badge, "周六", "9:00", "12:00"), (badge, 3, "9", "8")]
    seen = look(town, saved(book([headings, *bad], "排班")), "roster")
    assert [(fault.row, fault.column) for fault in seen.faults] == [
        *((2, "结束"), (3, "星期"), (4, "开始"), (4, "结束")),
    ]


def test_roster_that_breaks_a_promise_is_marked_and_not_written(town: Town) -> None:
    with time_machine.travel(MORNING, tick=False):
        person, headings = town.team[0], ("徽章号", "星期", "开始", "结束")
        # A Thursday, ten to eleven.
        commitments.promise(staff=person, kind=CommitmentKind.VISIT, start=at(10), end=at(11))
        rows = [(person.badge, "周四", "11:00", "17:00"), (person.badge, "周五", "11:00", "17:00")]
        content = saved(book([headings, *rows], "排班"))
        seen = look(town, content, "roster")
        assert [(fault.row, fault.column) for fault in seen.faults] == [(2, "开始")]
        assert "2026-11-26" in str(seen.faults[0].words)
        with pytest.raises(InvalidInput):
            write(town, content, "roster")
        with pytest.raises(BreaksPromises), locking():
            set_shifts(shifts={(person, 4): (at(11).time(), at(17).time())})
        assert set(RosterShift.objects.values_list("first", flat=True)) == {None}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_as_excel_in_china_writes_it(town: Town, encoding: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([HEADINGS, (town.branch.code, "轮椅", 7, "完好", "镕基路", "")])
    assert write(town, out.getvalue().encode(encoding)) == 1
    chair = Facility.objects.get(branch=town.branch, type__code="wheelchair")
    assert (chair.quantity, chair.stands_at) == (7, "镕基路")


def test_wrong_sheet_is_named(town: Town) -> None:
    assert "设施" in refusal(town, saved(book([HEADINGS], "Sheet1")))
    assert "网点编号" in refusal(town, saved(book([("a", "b")])))


def test_merged_cells_are_refused(town: Town) -> None:
    made = book([HEADINGS, (town.branch.code, "轮椅", 1, "完好")])
    made["设施"].merge_cells("A2:A3")
    assert "merged" in refusal(town, saved(made))


@pytest.mark.parametrize("cell", ["=1+1", '=HYPERLINK("http://x")'])
def test_formulas_are_refused_by_their_place(town: Town, cell: str) -> None:
    assert "C2" in refusal(town, facilities(town, ["轮椅", cell, "完好", "", ""]))
    assert "row 2" in refusal(town, f"{','.join(HEADINGS)}\n{cell}\n".encode()).lower()


def test_too_many_rows_are_refused_soon(town: Town) -> None:
    row = f"{town.branch.code},轮椅,1,完好,,\n"
    content = (",".join(HEADINGS) + "\n" + row * 200_000).encode()
    started = time.perf_counter()
    assert "10,000" in refusal(town, content)
    assert time.perf_counter() - started < 5


def test_zip_bomb_is_refused_without_being_unpacked(town: Town) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (70 * 1024 * 1024))
    assert len(out.getvalue()) < 1024 * 1024
    assert "Unpacked" in refusal(town, out.getvalue())


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04broken", b"\x00\x01\x02", b"\xff\xff\xff", b"", b"\n\n", b"PK\x03\x04" * 9],
)
def test_what_is_no_table_is_refused_and_does_not_crash(town: Town, content: bytes) -> None:
    assert refusal(town, content)


def test_archive_that_is_no_workbook_is_refused(town: Town) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("hello.txt", b"hello")
    assert "not an Excel file" in refusal(town, out.getvalue())


def test_five_thousand_rows_take_less_than_ten_seconds(town: Town) -> None:
    rows = [(f"P-{n}", "王静", town.branch.code, "是", "是", "否", "") for n in range(5000)]
    headings = ("徽章号", "姓名", "网点编号", "可办理", "可复核", "可驾驶", "徽章有效期")
    content = saved(book([headings, *rows], "人员"))
    started = time.perf_counter()
    assert write(town, content, "staff") == 5000
    assert time.perf_counter() - started < 20  # both the preview and the confirmation
    assert Staff.objects.filter(badge__startswith="P-").count() == 5000


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "＝1"])
def test_exported_text_is_never_a_formula(text: str) -> None:
    sheet = load_workbook(io.BytesIO(xlsx("x", ["h"], [[text]]))).active
    assert sheet is not None
    cell = sheet.cell(2, 1)
    assert cell.data_type == "s"
    assert str(cell.value).startswith("'")
    assert csv_text(["h"], [[text]]).decode("utf-8-sig").splitlines()[1].lstrip('"')[0] == "'"


def test_numbers_stay_numbers_and_lists_keep_their_filter(town: Town) -> None:
    assert (safe(-3), safe(2.5), safe(None)) == (-3, 2.5, "")
    rows = rows_of(
        Facility.objects.filter(branch=town.branch, type__code="wheelchair"),
        ["branch__code", "type__name_zh", "quantity"],
    )
    sheet = load_workbook(io.BytesIO(xlsx("设施", ["a", "b", "c"], rows))).active
    assert sheet is not None
    assert list(sheet.values)[1:] == [(town.branch.code, "轮椅", 2)]
