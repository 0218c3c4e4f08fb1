"""The audit calendar: planned by hand or drawn by risk, moved, handed over, called off."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from audits.models import Inspection, InspectionKind
from audits.states import InspectionStatus
from foundation import clock
from tests.audits.make import World, make_inspection, make_submitted
from tests.make import Town
from tests.web.region.conftest import Enter

HOME = "/region/audits/inspections/"


def test_planned_unannounced_moved_handed_over_and_called_off(
    town: Town, world: World, enter: Enter
) -> None:
    olga = enter(town.olga)
    day = clock.today() + timedelta(days=7)
    form = {
        "key": str(uuid4()),
        "branch": town.branch.code,
        "kind": "spot",
        "day": day.isoformat(),
        "inspector": town.rita.pk,
    }
    assert town.branch.code in olga.get(f"{HOME}new/").content.decode()
    refused = olga.post(f"{HOME}new/", form | {"day": "2020-01-01"})
    assert refused.status_code == 400
    assert "This day is over" in refused.content.decode()
    assert not Inspection.objects.exists()
    for _tap in range(2):
        answer = olga.post(f"{HOME}new/", form)
        assert answer.status_code == 303
    row = Inspection.objects.get()
    assert (row.kind, row.announced, row.planned_for) == (InspectionKind.SPOT, False, day)

    # Who is to be surprised reads nothing of it, anywhere.
    martha = enter(town.martha)
    month = f"{HOME}?year={day.year}&month={day.month}"
    assert str(row.public_id) not in martha.get(month).content.decode()
    assert martha.get(f"{HOME}{row.public_id}/").status_code == 404
    assert str(row.public_id) not in martha.get(_desk(town)).content.decode()
    rita = enter(town.rita)
    assert "Yours to do" in rita.get(HOME).content.decode()
    assert "Begin the inspection" in rita.get(f"{HOME}{row.public_id}/").content.decode()

    later = day + timedelta(days=1)
    assert olga.post(f"{HOME}{row.public_id}/move/", {"day": later}).status_code == 303
    refused = olga.post(f"{HOME}{row.public_id}/hand-over/", {"inspector": town.olga.pk})
    assert "Please say why." in refused.content.decode()
    olga.post(
        f"{HOME}{row.public_id}/hand-over/", {"inspector": town.olga.pk, "reason": "Rita is ill"}
    )
    row.refresh_from_db()
    assert (row.planned_for, row.inspector) == (later, town.olga)
    refused = olga.post(f"{HOME}{row.public_id}/cancel/", {"reason": " "})
    assert refused.status_code == 400
    olga.post(f"{HOME}{row.public_id}/cancel/", {"reason": "the branch moves house"})
    page = olga.get(f"{HOME}{row.public_id}/").content.decode()
    assert "This inspection was called off." in page
    assert "the branch moves house" in page


def test_calendar_shows_a_month_and_filters(town: Town, world: World, enter: Enter) -> None:
    done = make_submitted(world, failing=("X1",))
    later = make_inspection(world, start=False, day=clock.today() + timedelta(days=40))
    olga = enter(town.olga)
    page = olga.get(HOME).content.decode()
    assert str(done.public_id) in page
    assert "75.0%" in page
    assert str(later.public_id) not in page
    year = olga.get(f"{HOME}?year={later.planned_for.year}").content.decode()
    assert str(later.public_id) in year
    for asked in ("status=planned", "kind=spot", "q=nowhere", "status=nonsense&month=99"):
        assert olga.get(f"{HOME}?{asked}").status_code == 200
    assert str(done.public_id) not in olga.get(f"{HOME}?status=planned").content.decode()


def test_sample_says_why_and_plans_what_is_ticked(town: Town, world: World, enter: Enter) -> None:
    row = make_submitted(world, failing=("Y1",))
    olga = enter(town.olga)
    assert "Plan those" not in olga.get(f"{HOME}draw/").content.decode()
    page = olga.get(f"{HOME}draw/?count=10&seed=7").content.decode()
    assert "last score 62.5%" in page
    assert "0 days since the last one" in page
    assert "never inspected" in page
    code = town.branch.code
    form = {
        "seed": 7,
        "kind": "spot",
        "branch": [code, town.gaoxin.code],
        f"{code}-chosen": "on",
        f"{code}-day": "2020-01-01",
        f"{code}-inspector": town.rita.pk,
        f"{town.gaoxin.code}-chosen": "on",
        f"{town.gaoxin.code}-day": clock.today().isoformat(),
        f"{town.gaoxin.code}-inspector": town.rita.pk,
    }
    answer = olga.post(f"{HOME}draw/", form)
    # One is planned, the other keeps what was typed and says what is wrong.
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "1 inspection is planned." in page
    assert "This day is over" in page
    assert 'value="2020-01-01"' in page
    planned = Inspection.objects.exclude(pk=row.pk).get()
    assert (planned.branch, planned.kind, planned.announced) == (town.gaoxin, "spot", False)
    # Where somebody is expected nobody else is drawn.
    page = olga.get(f"{HOME}draw/?count=10&seed=7").content.decode()
    assert town.gaoxin.code not in page
    assert olga.get(f"{HOME}draw/?count=999&seed=x").status_code == 200
    assert enter(town.rita).get(f"{HOME}draw/").status_code == 403


def test_manager_checks_the_branch_first(town: Town, world: World, enter: Enter) -> None:
    make_inspection(world, start=False, day=clock.today() + timedelta(days=3))
    martha = enter(town.martha)
    page = martha.get(_desk(town)).content.decode()
    assert "Begin a self-check" in page
    assert "planned inspection" in page
    for _tap in range(2):
        answer = martha.post(_desk(town), {"key": str(uuid4())})
        assert answer.status_code == 303
    row = Inspection.objects.get(kind=InspectionKind.SELF_CHECK)
    assert answer.headers["Location"] == f"{HOME}{row.public_id}/"
    assert (row.status, row.inspector) == (InspectionStatus.UNDER_WAY, town.martha)
    assert timezone.localdate(row.started_at) == clock.today()
    assert "Begin with the first item" in martha.get(answer.headers["Location"]).content.decode()
    alice = enter(town.alice)
    assert "Begin a self-check" not in alice.get(_desk(town)).content.decode()
    assert alice.post(_desk(town), {"key": str(uuid4())}).status_code == 403


def _desk(town: Town) -> str:
    return f"/desk/{town.branch.code}/self-check/"
