"""From the finding to the re-check on the pages: who sees what, each step, and what is refused."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from audits import suspensions
from audits.models import Evidence, Finding, Improvement, Suspension, Theme
from audits.states import ImprovementStatus as S
from audits.states import SuspensionStatus
from branches.models import Branch
from tests.audits.make import World, bring_to, make_improvement, make_submitted
from tests.make import TODAY, Town, make_branch, make_user
from tests.photos import picture
from tests.web.region.conftest import Enter

LIST = "/region/audits/improvements/"


@pytest.fixture
def row(world: World) -> Improvement:
    """The door is too narrow; nothing is done about it yet."""
    return make_improvement(world)


def address(row: Improvement, step: str = "") -> str:
    return f"{LIST}{row.public_id}/{step}"


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", picture(), "image/jpeg")


def status(row: Improvement) -> str:
    return Improvement.objects.get(pk=row.pk).status


def key(page: str) -> str:
    return page.split('name="key" value="')[1].split('"', maxsplit=1)[0]


def test_from_the_branchs_cause_to_the_regions_recheck(
    world: World, row: Improvement, enter: Enter
) -> None:
    martha, alice, olga = enter(world.martha), enter(world.alice), enter(world.olga)
    page = martha.get(address(row)).content.decode()
    assert "Say what the cause is" in page
    assert "Take the re-check" not in page
    assert martha.post(address(row, "analyse/"), {"analysis": "old frame"}).status_code == 303
    said = {"measures": "a new door", "owner": world.alice.pk}
    assert martha.post(address(row, "measures/"), said).status_code == 303
    page = alice.get(address(row)).content.decode()
    fixed = {"key": key(page), "words": "new door, 900 mm", "photo": photo()}
    assert alice.post(address(row, "fixed/"), fixed).status_code == 303
    assert status(row) == S.FIXED
    # Whoever fixed it is not the one to say so, and nobody of the branch re-checks.
    assert alice.post(address(row, "recheck/")).status_code == 403
    assert olga.post(address(row, "recheck/")).status_code == 303
    page = olga.get(address(row)).content.decode()
    seen = {"key": key(page), "words": "measured 905 mm", "record": "my protocol, line 3"}
    assert olga.post(address(row, "close/"), seen).status_code == 303
    done = Improvement.objects.get(pk=row.pk)
    assert (done.status, done.fixed_by, done.rechecked_by) == (S.CLOSED, world.alice, world.olga)
    page = olga.get(address(row)).content.decode()
    assert "measured 905 mm" in page
    assert "<form" not in page.split("What happened")[0].split("nb-facts")[1]
    shown = Evidence.objects.exclude(file="").get(improvement=row)
    picture_of = olga.get(address(row, f"photos/{shown.public_id}/"))
    assert picture_of["Content-Type"] == "image/jpeg"


def test_sent_back_is_counted_and_begins_anew(world: World, row: Improvement, enter: Enter) -> None:
    bring_to(row, S.RECHECK, world)
    olga = enter(world.olga)
    empty = olga.post(address(row, "send-back/"), {"words": " "})
    assert empty.status_code == 400
    assert status(row) == S.RECHECK
    assert olga.post(address(row, "send-back/"), {"words": "still 850 mm"}).status_code == 303
    again = Improvement.objects.get(pk=row.pk)
    assert (again.status, again.failed_rechecks) == (S.ANALYSED, 1)
    assert "sent back 1 time" in olga.get(LIST).content.decode()


def test_what_was_typed_stays_when_a_step_is_refused(
    world: World, row: Improvement, enter: Enter
) -> None:
    martha, alice = enter(world.martha), enter(world.alice)
    bring_to(row, S.MEASURES_SET, world)
    page = alice.get(address(row)).content.decode()
    nothing_shown = {"key": key(page), "words": "all done"}
    answer = alice.post(address(row, "fixed/"), nothing_shown)
    assert answer.status_code == 400
    assert "all done" in answer.content.decode()
    assert "Please add a photo" in answer.content.decode()
    no_photo = SimpleUploadedFile("photo.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    answer = alice.post(address(row, "fixed/"), nothing_shown | {"photo": no_photo})
    assert answer.status_code == 400
    assert not Evidence.objects.filter(improvement=row).exists()
    # Somebody else was quicker: the words say so although the form is gone.
    late = martha.post(address(row, "analyse/"), {"analysis": "the same"})
    assert late.status_code == 409
    assert status(row) == S.MEASURES_SET


def test_more_time_only_on_a_working_day_and_on_record(
    world: World, row: Improvement, enter: Enter
) -> None:
    olga, before = enter(world.olga), row.deadline
    saturday = before + timedelta(days=(5 - before.weekday()) % 7 or 7)
    refused = olga.post(
        address(row, "extend/"), {"deadline": saturday.isoformat(), "reason": "spare part"}
    )
    assert refused.status_code == 400
    assert "not a working day" in refused.content.decode()
    assert Improvement.objects.get(pk=row.pk).deadline == before
    monday = saturday + timedelta(days=2)
    said = {"deadline": monday.isoformat(), "reason": "spare part"}
    assert enter(world.martha).post(address(row, "extend/"), said).status_code == 403
    assert olga.post(address(row, "extend/"), said).status_code == 303
    assert Improvement.objects.get(pk=row.pk).deadline == monday


def test_the_list_by_filters_its_file_and_nobody_elses_rows(
    town: Town, world: World, row: Improvement, enter: Enter
) -> None:
    olga = enter(world.olga)
    assert row.finding.words_en in olga.get(LIST).content.decode()
    assert row.finding.words_en not in olga.get(f"{LIST}?show=overdue").content.decode()
    assert row.finding.words_en not in olga.get(f"{LIST}?show=recheck").content.decode()
    assert row.finding.words_en in olga.get(f"{LIST}?severity=critical&show=x").content.decode()
    file = olga.get(f"{LIST}?format=xlsx")
    sheet = load_workbook(BytesIO(b"".join(file))).active
    assert sheet is not None
    assert sheet.max_row == 2
    assert row.finding.words_en not in enter(town.zoe).get(LIST).content.decode()
    assert enter(town.zoe).get(address(row)).status_code == 404


def test_a_complaint_joins_the_list_once_and_without_a_name(world: World, enter: Enter) -> None:
    martha, url = enter(world.martha), f"{LIST}complaint/"
    said = {
        "branch": world.branch.pk,
        "complaint": "C-2026-117",
        "words": "waited an hour",
        "received_on": TODAY.isoformat(),
        "severity": "major",
    }
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    refused = martha.post(url, said | {"received_on": tomorrow})
    assert refused.status_code == 400
    assert "waited an hour" in refused.content.decode()
    assert not Finding.objects.exists()
    answers = [martha.post(url, said) for _tap in range(2)]
    row = Improvement.objects.get()
    assert {answer["Location"] for answer in answers} == {address(row)}
    assert (row.finding.complaint, row.deadline) == ("C-2026-117", TODAY + timedelta(days=15))


def test_one_finding_at_many_branches_becomes_a_theme_with_one_measure(
    world: World, row: Improvement, enter: Enter
) -> None:
    for _more in range(2):
        branch = make_branch(world.region)
        other = World(
            world.region,
            branch,
            make_user(branches=[branch]),
            make_user(branches=[branch]),
            world.olga,
            world.rita,
            world.version,
        )
        make_improvement(other)
    olga = enter(world.olga)
    page = olga.get("/region/audits/themes/").content.decode()
    assert "Y1, open at 3 branches" in page
    assert "Y1, open at" not in enter(world.martha).get("/region/audits/themes/").content.decode()
    refused = olga.post("/region/audits/themes/new/", {"title": "doors", "item": "X2"})
    assert refused.status_code == 400
    made = olga.post("/region/audits/themes/new/", {"title": "Doors", "item": "Y1"})
    theme = Theme.objects.get()
    assert made["Location"] == f"/region/audits/themes/{theme.public_id}/"
    said = {"analysis": "old frames", "measures": "new doors by spring"}
    assert olga.post(f"{made['Location']}measure/", said).status_code == 303
    assert set(Improvement.objects.values_list("status", flat=True)) == {S.ANALYSED}
    assert "new doors by spring" in enter(world.martha).get(made["Location"]).content.decode()
    assert enter(world.martha).post(f"{made['Location']}measure/", said).status_code == 403


def test_a_sign_is_suspended_by_a_named_officer_and_lifted_when_all_is_right(
    world: World, row: Improvement, enter: Enter
) -> None:
    Branch.objects.filter(pk=world.branch.pk).update(kind="demonstration")
    olga, due = enter(world.olga), "/region/audits/suspensions/"
    draft = f"{due}{world.branch.code}/draft/"
    assert olga.post(draft).status_code == 409
    Improvement.objects.filter(pk=row.pk).update(deadline=TODAY - timedelta(days=1))
    assert "1 demonstration branch" in olga.get(LIST).content.decode()
    letter = olga.post(draft)["Location"]
    suspension = Suspension.objects.get()
    assert world.branch.name_zh in olga.get(letter).content.decode()
    assert olga.post(f"{letter}decide/", {"reason": ""}).status_code == 400
    assert Suspension.objects.get().status == SuspensionStatus.DRAFT
    said = {"reason": "the door", "letter_zh": "请遮盖标牌"}
    assert olga.post(f"{letter}decide/", said).status_code == 303
    suspension.refresh_from_db()
    assert (suspension.status, suspension.decided_by) == (SuspensionStatus.IN_FORCE, world.olga)
    assert "请遮盖标牌" in olga.get(letter).content.decode()
    assert olga.post(f"{letter}lift/", {"reason": "fixed"}).status_code == 409
    bring_to(row, S.CLOSED, world)
    assert not suspensions.grounds(world.branch)
    assert olga.post(f"{letter}lift/", {"reason": "fixed"}).status_code == 303
    assert enter(world.martha).get(letter).status_code == 403
    assert olga.post(f"{letter}burn/").status_code == 404


def test_the_score_page_says_what_moved_it(world: World, enter: Enter) -> None:
    olga, url = enter(world.olga), f"/region/audits/scores/{world.branch.code}/"
    assert "Nobody has inspected this branch yet." in olga.get(url).content.decode()
    first = make_submitted(world, failing=("Y1", "X1"))
    second = make_submitted(world, failing=("X1",))
    page = olga.get(url).content.decode()
    assert first.percent is not None
    assert second.percent is not None
    rise = float(second.percent - first.percent)
    assert f"+{rise:.1f}" in page
    assert "Y1" in page.split("Why it moved")[1]
    assert "1 / 1" in page
    assert client_sees_nothing(enter(make_user(branches=[make_branch()])), url)


def client_sees_nothing(client: Client, url: str) -> bool:
    return client.get(url).status_code == 404
