"""Rows in by Excel: template, look, confirmation; bad files; nothing half-written."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from branches.models import Facility
from tests.make import Town
from tests.web.region.conftest import Enter

HERE = "/region/spreadsheets/"
HEADINGS = ["网点编号", "设施", "数量", "状态", "位置", "有效期"]


def xlsx(*rows: list[Any], sheet: str = "设施") -> bytes:
    book = Workbook()
    page = book.worksheets[0]
    page.title = sheet
    for row in [HEADINGS, *rows]:
        page.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def send(client: Client, content: bytes, name: str = "facilities", file: str = "a.xlsx") -> Any:
    return client.post(f"{HERE}{name}/", {"file": SimpleUploadedFile(file, content)})


def chairs(town: Town) -> int:
    return Facility.objects.get(branch=town.branch, type__code="wheelchair").quantity


def confirm(client: Client, seen: Any, name: str = "facilities") -> Any:
    return client.post(f"{HERE}{name}/confirm/", {"fingerprint": seen.fingerprint})


def test_template_look_confirmation_and_again(town: Town, enter: Enter) -> None:
    client = enter(town.olga)
    book = load_workbook(BytesIO(client.get(f"{HERE}facilities/template.xlsx").content))
    assert [cell.value for cell in book["设施"][1]] == HEADINGS
    before = chairs(town)
    answer = send(client, xlsx([town.branch.code, "轮椅", 7, "完好"]))
    assert answer.status_code == 200
    assert chairs(town) == before != 7
    for _time in range(2):
        assert confirm(client, answer.context["seen"]).status_code == 303
        assert chairs(town) == 7
    assert Facility.objects.filter(branch=town.branch, type__code="wheelchair").count() == 1
    assert "1 row has been written." in client.get(HERE).content.decode()


def test_cells_at_fault_are_marked_and_nothing_can_be_confirmed(town: Town, enter: Enter) -> None:
    client, before = enter(town.olga), chairs(town)
    good = [town.branch.code, "轮椅", 7, "完好"]
    answer = send(client, xlsx(good, ["NOWHERE", "轮椅", -3, "完好"]))
    [wrong] = [line for line in answer.context["lines"] if any(c.faults for c in line.cells)]
    assert wrong.number == 3
    assert [bool(cell.faults) for cell in wrong.cells] == [True, False, True, False, False, False]
    assert "2 cells are at fault" in answer.content.decode()
    assert confirm(client, answer.context["seen"]).status_code == 400
    assert chairs(town) == before


def test_what_somebody_else_looked_at_cannot_be_confirmed(town: Town, enter: Enter) -> None:
    before = chairs(town)
    answer = send(enter(town.olga), xlsx([town.branch.code, "轮椅", 7, "完好"]))
    assert confirm(enter(town.martha), answer.context["seen"]).status_code == 400
    assert chairs(town) == before


def bad_files() -> dict[str, bytes]:
    merged = Workbook()
    merged.worksheets[0].title = "设施"
    merged.worksheets[0].append(HEADINGS)
    merged.worksheets[0].merge_cells("A1:B1")
    out = BytesIO()
    merged.save(out)
    return {
        "merged cells": out.getvalue(),
        "no sheet called": xlsx(sheet="别的"),
        "formula": xlsx(["XA", "轮椅", "=1+1", "完好"]),
        "more than 10,000 rows": ("\n".join([",".join(HEADINGS), *["a,b"] * 200_000])).encode(),
        "neither an Excel file nor a CSV": b"\x89PNG\x00\x00",
        "not an Excel file": b"PK\x03\x04 but no archive",
        "larger than 10 MB": b"a" * (10 * 1024 * 1024 + 1),
    }


@pytest.mark.parametrize("why", list(bad_files()))
def test_bad_files_get_a_clear_answer(town: Town, enter: Enter, why: str) -> None:
    answer = send(enter(town.olga), bad_files()[why])
    assert answer.status_code == 400
    assert why in answer.content.decode()


def test_csv_in_gb18030_under_any_name(town: Town, enter: Enter) -> None:
    client = enter(town.olga)
    text = f"{','.join(HEADINGS)}\n{town.branch.code},轮椅,9,完好,,\n"
    answer = send(client, text.encode("gb18030"), file="a.xlsx")
    assert confirm(client, answer.context["seen"]).status_code == 303
    assert chairs(town) == 9


def test_only_whoever_may_change_it_and_only_what_there_is(town: Town, enter: Enter) -> None:
    assert enter(town.rita).get(HERE).status_code == 403
    assert enter(town.rita).get(f"{HERE}facilities/").status_code == 403
    assert enter(town.olga).get(f"{HERE}castles/").status_code == 404
    before = chairs(town)
    answer = send(enter(town.zoe), xlsx([town.branch.code, "轮椅", 7, "完好"]))
    assert answer.context["seen"].fault_count == 1
    assert chairs(town) == before
    assert enter(town.olga).post(f"{HERE}facilities/").status_code == 400
