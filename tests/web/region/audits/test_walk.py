"""An inspection on a phone: one item a screen, kept part by part, signed, submitted, its result."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from audits.answering import current_answers
from audits.models import Answer, Evidence, Finding, Inspection, Side
from audits.publishing import publish
from audits.states import InspectionStatus
from branches.models import Facility
from foundation import clock
from tests.audits.make import (
    World,
    answer_all,
    bundled_document,
    make_inspection,
    make_submitted,
    narrow,
    say,
    sign_both,
    small_document,
)
from tests.make import Town
from tests.photos import notes, picture
from tests.web.region.conftest import Enter

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def inspection(world: World) -> Inspection:
    return make_inspection(world)


def home(inspection: Inspection) -> str:
    return f"/region/audits/inspections/{inspection.public_id}/"


def form(**said: Any) -> dict[str, Any]:
    return {"client_id": str(uuid4()), "version": "elder-branch-1"} | said


def width(number: object, **said: Any) -> dict[str, Any]:
    return form(**{"r-width": number, "u-width": "mm"} | said)


def photo(data: bytes | None = None, name: str = "IMG_1.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data if data is not None else picture(), "image/jpeg")


def text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_from_the_first_item_to_the_result(
    town: Town, world: World, inspection: Inspection, enter: Enter
) -> None:
    rita, here = enter(town.rita), home(inspection)
    assert "0 of 4 answered" in text(rita, here)
    page = text(rita, f"{here}items/X1/")
    assert "clear width" in page
    assert "at least 900 mm" in page
    assert 'lang="zh-CN"' in page
    sent = width("85", **{"u-width": "cm", "note": "by the radiator"})
    answer = rita.post(f"{here}items/X1/", sent)
    assert answer.headers["Location"] == f"{here}items/X2/"
    page = text(rita, f"{here}items/X1/")
    # The program judges; what was said stands in the form again.
    assert "clear width: 85 cm (at least 900 mm)" in page
    assert "by the radiator" in page
    rita.post(f"{here}items/X2/", width("900", stay="1", photo=photo()))
    rita.post(f"{here}items/Y1/", form(na="on", reason="there is no door"))
    answer = rita.post(f"{here}items/Y2/", width("1000"))
    assert answer.headers["Location"] == here
    page = text(rita, here)
    assert "4 of 4 answered" in page
    assert "1 item is not fulfilled so far." in page

    refused = rita.post(f"{here}sign/", {"side": "branch", "name": "Wang"})
    assert "Please confirm" in refused.content.decode()
    for side, name in (("inspector", ""), ("branch", "王经理")):
        strokes = "[[[1,2],[30,40]]]" if side == "branch" else ""
        signed = {"side": side, "name": name, "agreed": "on", "strokes": strokes}
        assert rita.post(f"{here}sign/", signed).status_code == 303
    assert "Submit" in text(rita, here)
    assert rita.post(f"{here}submit/").status_code == 303
    page = text(rita, here)
    inspection.refresh_from_db()
    assert inspection.status == InspectionStatus.SUBMITTED
    # X2 and Y2 of X1, X2 and Y2: 3 of 5 points.
    assert "60.0%" in page
    assert '<polyline points="1,2 30,40"' in page
    finding = Finding.objects.get()
    assert finding.words in page
    assert "What is missing for" in page
    martha = enter(town.martha)
    assert finding.words in text(martha, here)


def test_register_fills_in_and_one_tap_confirms(town: Town, enter: Enter, world: World) -> None:
    document = bundled_document() | {"version": "2"}
    publish(document=document, actor=None)
    inspection = make_inspection(world)
    rita, here = enter(town.rita), home(inspection)
    # The register says how many love seats there are, and when they were last looked at.
    Facility.objects.filter(branch=town.branch, type__code="love-seat").update(
        last_seen_at=clock.now() - timedelta(days=1)
    )
    page = text(rita, f"{here}items/E1/")
    assert "Filled in from the register, last looked at on 2026-11-24 Tuesday." in page
    assert "It is so: confirm and go on" in page
    found = re.search(r'name="r-seats" value="(\d+)"', page)
    assert found
    said = form(version="elder-branch-2", **{"r-seats": found[1], "u-seats": "place"})
    rita.post(f"{here}items/E1/", said)
    assert Answer.objects.get().origin == "confirmed"
    rita.post(f"{here}items/E1/", said | {"client_id": str(uuid4()), "r-seats": "40"})
    assert Answer.objects.latest("pk").origin == "observed"
    # A ramp's slope is typed as 1:12, a date as a date, and a yes or no is touched.
    slope = text(rita, f"{here}items/A2/")
    assert "1 : n" in slope
    rita.post(
        f"{here}items/A2/", form(version="elder-branch-2", **{"r-slope": "1:11", "u-slope": "1:n"})
    )
    assert "longitudinal slope: 1:11 (at most 1:12)" in text(rita, f"{here}items/A2/")


def test_photo_shows_nothing_but_the_picture(
    town: Town, inspection: Inspection, enter: Enter
) -> None:
    rita, here = enter(town.rita), home(inspection)
    now = clock.now()
    # The phone's clock is an hour fast, and the photo is ten minutes old.
    phone = now + timedelta(hours=1)
    sent = form(
        photo=photo(picture(exif=notes("at home"))),
        taken_at=(phone - timedelta(minutes=10)).isoformat(),
        sent_at=phone.isoformat(),
        latitude="34.27",
        longitude="108.95",
    )
    for _tap in range(2):
        rita.post(f"{here}items/X1/", sent | {"photo": photo(picture(exif=notes("at home")))})
    row = Evidence.objects.get()
    assert (row.taken_at, row.latitude) == (now - timedelta(minutes=10), 34.27)
    assert not Answer.objects.exists()
    path = f"{here}photos/{row.public_id}/"
    assert path in text(rita, f"{here}items/X1/")
    answer = rita.get(path)
    assert answer.headers["Content-Type"] == "image/jpeg"
    with Image.open(BytesIO(answer.content)) as shown:
        assert not shown.getexif()
    assert enter(town.zoe).get(path).status_code == 404


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: SVG, "This is not a photo."),
        (lambda: b"\xff\xd8\xff" + b"broken", "This photo is damaged."),
        (lambda: picture((8000, 5000), "PNG"), "This photo has too many pixels."),
    ],
)
def test_what_is_no_photo_is_refused_and_the_answer_is_kept(
    town: Town, inspection: Inspection, enter: Enter, make: Callable[[], bytes], words: str
) -> None:
    rita, here = enter(town.rita), home(inspection)
    answer = rita.post(f"{here}items/X1/", width("950", photo=photo(make()), note="wide"))
    assert answer.status_code == 400
    page = answer.content.decode()
    assert words in page
    assert 'value="950"' in page
    assert "wide" in page
    assert not Evidence.objects.exists()
    assert Answer.objects.get().values == narrow(950)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (width("wide"), "Please enter a plain number"),
        (width("950", **{"u-width": "kg"}), "This unit does not measure"),
        (form(), "Please answer, or say that it does not apply."),
        (form(na="on", reason=" "), "Please say why this does not apply here."),
        (width("950", version="elder-branch-9"), "another version of the standard"),
        (width("950", client_id="x"), "This form cannot be read."),
    ],
)
def test_bad_answer_stays_in_the_form(
    town: Town, inspection: Inspection, enter: Enter, sent: dict[str, Any], words: str
) -> None:
    rita, here = enter(town.rita), home(inspection)
    answer = rita.post(f"{here}items/X1/", sent)
    assert answer.status_code in {400, 409}
    page = answer.content.decode()
    assert words in page
    assert f'value="{sent.get("r-width", "")}"' in page
    assert not Answer.objects.exists()


def test_begun_under_one_version_it_ends_under_it(
    town: Town, world: World, inspection: Inspection, enter: Enter
) -> None:
    newer = small_document(code="elder-branch", version="2")
    newer["items"] = newer["items"][:3]
    publish(document=newer, actor=None)
    rita, here = enter(town.rita), home(inspection)
    assert "0 of 4 answered" in text(rita, here)
    assert rita.post(f"{here}items/Y2/", width("950")).status_code == 303


def test_two_phones_and_two_inspectors(
    town: Town, world: World, inspection: Inspection, enter: Enter
) -> None:
    rita, olga, here = enter(town.rita), enter(town.olga), home(inspection)
    # Both phones have opened the item; the second one to save is shown both.
    rita.post(f"{here}items/X1/", width("950"))
    answer = rita.post(f"{here}items/X1/", width("850"))
    assert answer.headers["Location"] == f"{here}items/X1/"
    page = text(rita, f"{here}items/X1/")
    assert "Neither wins by being later." in page
    assert "950 mm" in page
    assert "850 mm" in page
    assert "Answered in two ways" in text(rita, here)
    seen = [str(number) for number in Answer.objects.values_list("client_id", flat=True)]
    assert [one for one in seen if f'name="seen" value="{one}"' not in page] == []
    answer = rita.post(f"{here}items/X1/", width("850", seen=seen))
    assert answer.headers["Location"] == f"{here}items/X2/"
    assert "Answered in two ways" not in text(rita, here)
    # Somebody else looks on, and answers only when it is handed over.
    page = text(olga, f"{here}items/X2/")
    assert "Save and go on" not in page
    refused = olga.post(f"{here}items/X2/", width("950"))
    assert refused.status_code == 403
    assert Answer.objects.count() == 3
    olga.post(f"{here}hand-over/", {"inspector": town.olga.pk, "reason": "goes on"})
    assert olga.post(f"{here}items/X2/", width("950")).status_code == 303
    assert rita.post(f"{here}items/Y1/", width("950")).status_code == 403
    other = make_inspection(world, start=False)
    refused = rita.post(f"{home(other)}start/")
    assert refused.status_code == 409
    assert "Somebody is inspecting this branch already." in refused.content.decode()


def test_phone_sends_what_it_kept(
    town: Town, world: World, inspection: Inspection, enter: Enter
) -> None:
    rita, here = enter(town.rita), home(inspection)
    shell = text(rita, f"{here}kept/")
    assert [code for code in ("X1", "X2", "Y1", "Y2") if f'data-screen="{code}"' not in shell] == []
    assert rita.get(f"{here}kept/token/").json()["token"]
    phone = datetime(2030, 1, 1, 12, 0, tzinfo=UTC)
    kept = {"item": "X1", "at": phone.isoformat(), "sent_at": phone.isoformat()}
    line = width("950", photo=photo(), **kept)
    for again in range(2):
        answer = rita.post(f"{here}kept/", line | {"photo": photo()})
        assert (answer.status_code, answer.json()) == (200, {"outcome": "done"}), again
    assert Answer.objects.get().answered_at == clock.now()
    assert Evidence.objects.count() == 1
    other = width("850", **kept)
    assert rita.post(f"{here}kept/", other).json() == {"outcome": "disputed"}
    refused = rita.post(f"{here}kept/", width("x", **kept | {"item": "X2"}))
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_input")
    assert "plain number" in refused.json()["message"]
    assert rita.post(f"{here}kept/", width("950")).status_code == 400
    say(inspection, "X1", narrow(950))
    answer_all(inspection)
    sign_both(inspection)
    rita.post(f"{here}submit/")
    late = rita.post(f"{here}kept/", width("700", **kept))
    assert (late.status_code, late.json()["code"]) == (409, "move_refused")
    assert current_answers(inspection)["X1"].values == narrow(900)
    assert rita.get(f"{here}kept/").status_code == 409


def test_signed_answers_that_change_are_signed_again(
    town: Town, world: World, inspection: Inspection, enter: Enter
) -> None:
    rita, here = enter(town.rita), home(inspection)
    answer_all(inspection)
    sign_both(inspection)
    assert "Submit: judged" in text(rita, here)
    rita.post(f"{here}works-year/", {"last_works_year": "2019"})
    page = text(rita, here)
    assert "Submit: judged" not in page
    refused = rita.post(f"{here}submit/")
    assert refused.status_code == 400
    assert "Please have both sides sign" in refused.content.decode()
    drawn = {"side": Side.BRANCH, "name": "Wang", "agreed": "on", "strokes": '["x"]'}
    assert "This drawing cannot be used." in rita.post(f"{here}sign/", drawn).content.decode()
    refused = rita.post(f"{here}works-year/", {"last_works_year": "1066"})
    assert "Please enter a year" in refused.content.decode()
    inspection.refresh_from_db()
    assert (inspection.status, inspection.last_works_year) == ("under_way", 2019)


def test_results_are_read_by_those_in_scope(town: Town, world: World, enter: Enter) -> None:
    row = make_submitted(world)
    assert "100.0%" in text(enter(town.alice), home(row))
    zoe = enter(town.zoe)
    acts = ("start", "works-year", "move", "hand-over", "cancel", "sign", "submit", "kept")
    for path in ("", "items/X1/", "kept/token/"):
        assert zoe.get(f"{home(row)}{path}").status_code == 404, path
    for path in (*acts, "items/X1"):
        assert zoe.post(f"{home(row)}{path}/", width("950")).status_code == 404, path
    assert Answer.objects.count() == 4
    assert enter(town.alice).get(f"{home(row)}items/X1/").status_code == 403
    assert enter(town.rita).get(f"{home(row)}items/X9/").status_code == 404
