"""The region's figures, each reckoned by hand; the same on the page and in the file."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from appointments.models import HomeVisit, VisitEvent
from audits.models import Improvement
from audits.publishing import publish
from audits.region_figures import Escorts, RegionFigures, Visits, region_figures
from eldercare.models import Escort
from tests.appointments.test_booking import book
from tests.audits.make import World, make_submitted, small_document
from tests.make import MORNING, TODAY, TOMORROW, Town, at, make_branch, make_customer, new_key
from tests.web.region.conftest import Enter


@pytest.fixture(autouse=True)
def nothing_is_kept() -> None:
    cache.clear()


@pytest.fixture
def world(town: Town) -> World:
    version = publish(document=small_document(code="elder-branch"), actor=None)
    people = (town.martha, town.alice, town.olga, town.rita)
    return World(town.region, town.branch, *people, version)


def figures(town: Town) -> RegionFigures:
    return region_figures(town.olga, TODAY - timedelta(days=6), TOMORROW + timedelta(days=1))


def served(town: Town, wait: int, **fields: object) -> None:
    Escort.objects.create(
        **{
            "client_key": new_key(),
            "branch": town.branch,
            "nickname": "somebody",
            "service_version": town.version,
            "status": "done",
            "arrived_at": MORNING,
            "taken_at": MORNING + timedelta(minutes=wait),
            "finished_at": MORNING + timedelta(minutes=wait + 10),
            "assistant": town.team[0],
        }
        | fields
    )


def test_escorts_and_waits(town: Town) -> None:
    for wait in (0, 2, 4, 6, 8):
        served(town, wait)
    lost = {"status": "left", "taken_at": None, "assistant": None, "finished_at": MORNING}
    served(town, 0, **lost)
    served(town, 99, arrived_at=MORNING - timedelta(days=7))
    # Of 0, 2, 4, 6, 8 the median is 4, and nine tenths of the way from the first to the last 7.2.
    assert figures(town).escorts == Escorts(came=6, done=5, left=1, median=4.0, p90=7.2)
    elsewhere = region_figures(town.zoe, TODAY, TODAY)
    assert elsewhere.escorts == Escorts()


def test_promises_kept_late_and_broken(town: Town) -> None:
    on_time, late, broken = (
        book(town, at(hour), customer=make_customer(town.branch)) for hour in (9, 12, 15)
    )
    for visit, minutes in ((on_time, -1), (late, 1)):
        VisitEvent.objects.create(
            visit=visit,
            from_status="on_the_way",
            to_status="at_the_door",
            at=visit.window.upper + timedelta(minutes=minutes),
        )
    HomeVisit.objects.filter(pk=on_time.pk).update(status="done")
    HomeVisit.objects.filter(pk=broken.pk).update(status="not_done", reason="nobody_home")
    found = figures(town).visits
    assert found == Visits(asked=3, done=1, due=3, kept=1, not_done=1)
    assert found.kept_percent == 33


def test_scores_and_what_is_late(town: Town, world: World) -> None:
    make_submitted(world, failing=("Y1", "X1"))
    Improvement.objects.filter(item_code="X1").update(deadline=TODAY - timedelta(days=8))
    found = figures(town)
    assert sum(found.grades.values()) == 1
    assert [(one.code, one.must_failed) for one in found.worst] == [(town.branch.code, 1)]
    assert found.never_inspected == found.branches - 1
    assert [(age.upto, age.number) for age in found.overdue] == [(30, 1)]
    assert sum(found.open_by_severity.values()) == 2


def test_the_page_the_file_and_who_may_see_them(
    town: Town, world: World, enter: Enter, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for wait in (0, 2, 4, 6, 8):
        served(town, wait)
    make_submitted(world, failing=("X1",))
    Improvement.objects.update(deadline=TODAY - timedelta(days=1))
    olga, span = enter(town.olga), f"first={TODAY}&last={TODAY}"
    page = olga.get(f"/region/figures/?{span}").content.decode()
    assert "1 improvement is past its deadline." in page
    assert "/region/audits/improvements/?show=overdue" in page
    assert "As of 09:30" in page
    file = olga.get(f"/region/figures/?{span}&format=csv")
    rows = list(csv.reader(io.StringIO(b"".join(file).decode("utf-8-sig"))))
    said = {row[0]: row[1] for row in rows}
    assert said["Usual wait in minutes (median)"] == "4.0"
    assert said["People who came"] == "5"
    assert '<td class="nb-numeric">4.0</td>' in page
    told = olga.get(f"/api/v1/figures/?{span}").json()
    assert (told["escorts"]["median"], told["escorts"]["came"]) == (4.0, 5)
    assert told["as_of"] == "2026-11-25T01:30:00Z"
    assert olga.get(f"/api/v1/figures/?first={TODAY}&last=2020-01-01").status_code == 400
    assert refused(enter(town.martha)) == 403
    backwards = olga.get(f"/region/figures/?first={TODAY}&last={TODAY - timedelta(days=1)}")
    assert "the earlier day first" in backwards.content.decode()
    # Within a minute nobody reckons again; and a larger region asks no more questions.
    with django_assert_max_num_queries(6):
        olga.get(f"/region/figures/?{span}")
    for _more in range(5):
        make_branch(town.region)
    cache.clear()
    with django_assert_max_num_queries(26):
        olga.get(f"/region/figures/?{span}")


def refused(client: Client) -> int:
    return client.get("/region/figures/").status_code
